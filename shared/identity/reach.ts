import type { Address } from '../channels/address.ts'
import type { ChannelName } from '../channels/channel.ts'

/**
 * How somebody outside names a user: as an authentication service knows them for good, or by the name they sign in with there.
 * A name says no more than the most lenient of the services: where one of them lets people choose theirs, somebody may have
 * chosen another's (OpenID Connect Core §5.7). Name users by subject then.
 */
export type UserReference = { readonly service: string; readonly subject: string } | { readonly username: string }

/** Whom a reference means. A user name that two users have means neither. */
export type FoundUser =
  | { readonly outcome: 'found'; readonly user: string }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'ambiguous' }

/** A user's account in a channel that takes messages. Personal data. */
export type ReachableAccount = {
  /** `ChannelAccount.id` */
  readonly account: string
  readonly channel: ChannelName
  readonly address: Address
  /** When they last wrote there, in milliseconds since the epoch; to the minute. */
  readonly lastSeen: number
  /** BCP 47: what they last spoke there. */
  readonly language: string
  readonly masked: string
}

/** What a notification needs to know of users. */
export type Reach = {
  findUser(reference: UserReference): Promise<FoundUser>
  /** Last seen first. Only accounts that are linked to the user, and whose address is known. */
  reachableAccounts(user: string): Promise<readonly ReachableAccount[]>
}
