import type { Session } from '../dialogflow/session.ts'
import type { Turn } from '../dialogflow/turn.ts'
import type { Channel, ChannelAccount, ChannelName, Proof, Shows } from './channel.ts'
import { type ChannelMessage, channelMessageOf, type SignedInUser } from './channel-message.ts'
import { channels } from './channels.ts'
import { masked } from './masked.ts'

/** What the deployment knows of a turn that the turn cannot say of itself. */
export type Trust = {
  /**
   * Channels whose messages come from connectors of the deployment's own. To name one is to state that nobody but them may
   * call `detectIntent` on this agent: with Dialogflow Messenger's unauthenticated API switched on, every browser can write
   * any payload.
   */
  readonly connectors: ReadonlySet<ChannelName>
  /** The user of the turn's session token, verified. */
  readonly signedIn?: SignedInUser | undefined
}

const NO_TRUST: Trust = { connectors: new Set() }

/** Where nothing is known: whoever holds the session, in whatever they hold it with. */
const SHOWS: Shows = { links: 'button', chips: true, maxLength: undefined }

/**
 * Who is speaking; `undefined` where the turn has no session. An account that nothing vouches for is the session's, which
 * is no better than the client's choice of session ids: one for a whole group is the whole group's account. What a message
 * claims of its channel is believed without proof only where that makes us careful: who else reads it, what it can show.
 */
export const channelAccountOf = (turn: Turn, trust: Trust = NO_TRUST): ChannelAccount | undefined => {
  const { session } = turn
  if (session === undefined) return undefined
  const message = channelMessageOf(turn, trust.signedIn)
  const found = channels.flatMap(channel => {
    const sender = channel.recognise(message)
    return sender === undefined ? [] : [{ channel, sender, proof: proofOf(channel, message, trust) }]
  })
  const carrier = found[0]?.sender
  const account: ChannelAccount = {
    channel: undefined,
    label: 'Dialogflow',
    // No channel is called so.
    id: JSON.stringify(['session', session.name]),
    proof: 'session',
    audience: carrier?.audience ?? 'direct',
    address: undefined,
    masked: maskedSession(session),
    shows: carrier?.shows ?? SHOWS,
  }
  const vouched = found.filter(({ proof }) => proof !== undefined)
  const best = vouched.find(({ sender }) => sender.user !== undefined) ?? vouched[0]
  if (best?.proof === undefined) return account
  const { channel, sender, proof } = best
  const named = { ...account, channel: channel.name, label: sender.label, masked: sender.masked ?? account.masked }
  if (sender.user === undefined) return named
  return { ...named, id: JSON.stringify([channel.name, ...sender.user]), proof, address: sender.address }
}

const proofOf = (channel: Channel, message: ChannelMessage, { connectors }: Trust): Proof | undefined => {
  if (channel.name === 'web_client') return 'session_token'
  if (message.integrated && channel.integrated) return 'integration'
  return connectors.has(channel.name) ? 'connector' : undefined
}

const maskedSession = ({ id, name }: Session): string => masked(id ?? name)
