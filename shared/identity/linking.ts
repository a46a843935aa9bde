import type { ChannelAccount, ChannelName } from '../channels/channel.ts'

/** Whether, and in which channels, accounts of one person become one user. Of the whole instance. */
export type Linking = {
  readonly enabled: boolean
  readonly channels: ReadonlySet<ChannelName>
}

/** Those of the reference. In any other a profile stands alone, and is kept 14 days. */
export const DEFAULT_LINKING_CHANNELS: readonly ChannelName[] = ['slack', 'microsoft_teams', 'twilio']

/** An account that something vouches for. Only such accounts have a profile; a session stands alone, and is not remembered. */
export type ProvenAccount = ChannelAccount & { readonly channel: ChannelName }

export const isProven = (account: ChannelAccount): account is ProvenAccount =>
  account.proof !== 'session' && account.channel !== undefined

/** Why an account cannot be linked, whoever signs in; `undefined` if it can. */
export const ineligibility = (
  { enabled, channels }: Linking,
  account: ChannelAccount,
): 'off' | 'channel' | undefined => {
  if (!enabled) return 'off'
  return isProven(account) && channels.has(account.channel) ? undefined : 'channel'
}
