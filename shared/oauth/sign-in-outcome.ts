import type { OfferedSignIn } from './begin-sign-in.ts'
import type { ComponentFailure } from './component-failure.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { findBySpeaker, signIns } from './sign-in-record.ts'
import type { Speaker } from './speaker.ts'

/** What a handler has to say that wanted an account and got none. */
export type SignInOutcome =
  /** The user signs in at the link. */
  | ({ readonly outcome: 'signIn' } & OfferedSignIn)
  /** The user would have to sign in, but others read the conversation, or it is only heard. Nothing has begun. */
  | { readonly outcome: 'notPrivate' }
  /** The browser shows a code, and the user has written something else. Until when the code is good, in milliseconds since the epoch. */
  | { readonly outcome: 'textReceived'; readonly codeUntil: number }
  /** The user does not want to, or says that it was somebody else who wanted to. Said once; asked again, a new sign-in begins. */
  | { readonly outcome: 'cancelled'; readonly by: 'user' | 'provider' | 'disowned' }
  | { readonly outcome: 'failed'; readonly failure: ComponentFailure }

/** How the sender's sign-in stands, where that says more than a new link would. An ending is taken out: it is said once. */
export const takeSignInOutcome = async (
  parts: OAuthParts,
  speaker: Speaker,
  callback: string,
): Promise<SignInOutcome | undefined> => {
  const signIn = await findBySpeaker(parts, speaker)
  if (signIn === undefined || signIn.stored.callback !== callback) return undefined
  const { phase, codeUntil, ending, reason } = signIn.stored
  if (phase === 'code' && parts.clock() < codeUntil) return { outcome: 'textReceived', codeUntil }
  if (phase !== 'ended' || !(await parts.store.delete(signIns, signIn.record.key, signIn.record.version)))
    return undefined
  switch (ending) {
    case 'cancelled':
      return { outcome: 'cancelled', by: 'user' }
    case 'declined':
      return { outcome: 'cancelled', by: 'provider' }
    case 'disowned':
      return { outcome: 'cancelled', by: 'disowned' }
    default:
      return { outcome: 'failed', failure: { code: 'sign_in_failed', reason: reason ?? 'unknown' } }
  }
}
