import type { Clock } from '../runtime/clock.ts'
import type { Address } from './address.ts'
import type { ChannelCredentials } from './sender-credentials.ts'

/** What is said to a user. */
export type OutgoingMessage = {
  readonly text: string
  /** https. */
  readonly link?: string | undefined
}

/**
 * What became of a message. A reason is a short code, the channel's own where it gives one; it never holds anything of the
 * message or of the address.
 * - `sent`: the channel has taken it. Whether it reaches the user's device is not known here.
 * - `refused`: it was not sent, and would not be if it were tried again.
 * - `busy`: it was not sent, and may be if it is tried later.
 * - `unknown`: it may have been sent. To try again could send it twice.
 */
export type SendOutcome =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'refused'; readonly reason: string }
  | { readonly outcome: 'busy'; readonly reason: string }
  | { readonly outcome: 'unknown'; readonly reason: string }

/** Sends a message to an address, once, within `SEND_TIMEOUT_MS`. Never rejects. */
export type Send = (address: Address, message: OutgoingMessage) => Promise<SendOutcome>

/** Of all requests together that one message takes. */
export const SEND_TIMEOUT_MS = 10_000

/** As much of `fetch` as is needed here. */
export type SenderFetch = (
  url: string,
  options: {
    readonly method: 'POST'
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
    readonly redirect: 'manual'
    readonly signal: AbortSignal
  },
) => Promise<Response>

/** Where the channels' APIs are: origins, without a slash at the end. */
export type ChannelEndpoints = {
  readonly slack: string
  readonly twilio: string
  readonly microsoftLogin: string
  /** In the place of every address's own `serviceUrl`; for emulation. */
  readonly microsoftTeams: string | undefined
}

export const CHANNEL_ENDPOINTS: ChannelEndpoints = {
  slack: 'https://slack.com',
  twilio: 'https://api.twilio.com',
  microsoftLogin: 'https://login.microsoftonline.com',
  microsoftTeams: undefined,
}

/** What senders are made of. */
export type SenderParts = {
  readonly credentials: ChannelCredentials
  readonly endpoints: ChannelEndpoints
  readonly fetch: SenderFetch
  readonly clock: Clock
  /** `SEND_TIMEOUT_MS` by default. */
  readonly timeoutMs?: number
}
