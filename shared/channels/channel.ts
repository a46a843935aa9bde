import type { Address } from './address.ts'
import type { ChannelMessage } from './channel-message.ts'

export type ChannelName =
  | 'slack'
  | 'microsoft_teams'
  | 'twilio'
  | 'facebook'
  | 'telegram'
  | 'line'
  | 'viber'
  | 'google_chat'
  | 'telephony'
  | 'dialogflow_messenger'
  | 'web_client'

/**
 * A way to reach the agent. A new one is a file like its neighbours and a line in `channels.ts`.
 *
 * `recognise` reads what anybody could have written: whatever has a wrong type or form counts as absent, nothing throws,
 * and no id leaves it that has not been checked against the form of the channel's ids.
 */
export type Channel = {
  readonly name: ChannelName
  /** Dialogflow has an integration of its own for it, so that its servers can vouch for what they send. */
  readonly integrated: boolean
  /** `undefined`: the message did not come this way. */
  recognise(message: ChannelMessage): Sender | undefined
}

/** What a message says of whoever wrote it. Whether to believe it is decided by `channelAccountOf`. */
export type Sender = {
  /** The channel's name as its users know it. */
  readonly label: string
  /** The user's id, preceded by the workspace, tenant or application within which alone it is unique. */
  readonly user: readonly string[] | undefined
  /** Made with `masked`. */
  readonly masked: string | undefined
  readonly audience: Audience
  readonly address: Address | undefined
  readonly shows: Shows
}

/** Who reads the conversation: this user alone, or others too. What cannot be told counts as shared. */
export type Audience = 'direct' | 'shared'

export type Shows = {
  /** A link as a button, as its address in the text, or, where there is only a voice, not at all. */
  readonly links: 'button' | 'text' | 'none'
  /** Suggestions that can be pressed. */
  readonly chips: boolean
  /** Characters in one message; `undefined` where the channel states no limit. */
  readonly maxLength: number | undefined
}

/**
 * What vouches for an account's id:
 * - `integration`: Dialogflow's own servers received the message from the channel;
 * - `connector`: one of the deployment's own connectors did;
 * - `session_token`: our own authentication server signed the user in;
 * - `session`: nothing. The id is the session's, and whoever holds the session is the user.
 */
export type Proof = 'integration' | 'connector' | 'session_token' | 'session'

/** Who is speaking, believed as far as it is proven. */
export type ChannelAccount = {
  /** `undefined`: nothing vouches for any channel. */
  readonly channel: ChannelName | undefined
  /** For people to read: the channel's name, `Dialogflow` where nothing vouches for one. */
  readonly label: string
  /** A key for this account: equal for the same account only, across channels, workspaces and tenants. Personal data. */
  readonly id: string
  readonly proof: Proof
  /** Where it is `shared`, no sign-in link may be sent: see `takesSignInLinks`. */
  readonly audience: Audience
  /** `undefined`: no notification can reach it. */
  readonly address: Address | undefined
  /** The account as pages and logs may show it: the end of its id at most. */
  readonly masked: string
  readonly shows: Shows
}
