import type { ChannelAccount, ChannelName } from '../../shared/channels/channel.ts'
import { channelAccountOf } from '../../shared/channels/recognise-channel.ts'
import type { Turn } from '../../shared/dialogflow/turn.ts'
import type { Shown, Speaker } from '../../shared/oauth/speaker.ts'
import { type SessionTokenSettings, verifiedUser } from './proven-user.ts'

/** How far to believe a turn about who speaks. */
export type SpeakerTrust = {
  readonly sessionTokens: SessionTokenSettings
  /** `CHANNEL_CONNECTORS` */
  readonly connectors: ReadonlySet<ChannelName>
}

export type Speaking = {
  readonly speaker: Speaker
  /** What the sign-in pages say of the conversation. */
  readonly shown: Shown
  readonly account: ChannelAccount
}

/** The same, with the user whose accounts at providers are meant. */
export const asUser = (speaking: Speaking, user: string): Speaking => ({
  ...speaking,
  speaker: { ...speaking.speaker, user },
})

/** Several ask it of the same turn. */
const found = new WeakMap<Turn, { readonly trust: SpeakerTrust; readonly speaking: Speaking | undefined }>()

/**
 * Who speaks, as far as channel or session token prove it; where nothing does, whoever holds the session, and what is
 * linked is then that session's. `undefined` where the turn has no session.
 */
export const speakerOf = (turn: Turn, trust: SpeakerTrust, now: number): Speaking | undefined => {
  const known = found.get(turn)
  if (known?.trust === trust) return known.speaking
  const speaking = findSpeaker(turn, trust, now)
  found.set(turn, { trust, speaking })
  return speaking
}

const findSpeaker = (turn: Turn, trust: SpeakerTrust, now: number): Speaking | undefined => {
  const { session, language = 'en' } = turn
  const user = verifiedUser(turn, trust.sessionTokens, now)
  const account = channelAccountOf(turn, { connectors: trust.connectors, signedIn: user.ok ? user.value : undefined })
  if (session === undefined || account === undefined) return undefined
  return {
    speaker: {
      user: account.id,
      sender: account.id,
      conversation: session.name,
      sessionOnly: account.proof === 'session',
    },
    shown: { agent: session.project ?? 'Dialogflow', channel: account.label, account: account.masked, language },
    account,
  }
}
