import type { Turn } from '../../shared/dialogflow/turn.ts'
import type { Shown, Speaker } from '../../shared/oauth/speaker.ts'

/**
 * Who speaks, as far as a turn alone proves it: whoever holds the session. An account that is linked in a session is
 * therefore that session's, and gone with it.
 */
export const speakerOf = ({ session }: Turn): Speaker | undefined =>
  session === undefined ? undefined : { user: session.name, sender: session.name, conversation: session.name }

/** What the sign-in pages say of the conversation. */
export const shownOf = ({ session, source, language = 'en' }: Turn): Shown => ({
  agent: session?.project ?? 'Dialogflow',
  channel: source ?? 'Dialogflow',
  account: `…${(session?.id ?? '').slice(-4)}`,
  language,
})
