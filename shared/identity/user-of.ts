import type { ChannelAccount } from '../channels/channel.ts'
import type { IdentityParts } from './identity-parts.ts'
import { ineligibility } from './linking.ts'
import { accountKey, profileOf, profiles } from './profile.ts'
import { settleTransfer } from './transfer.ts'

/**
 * Whose accounts at providers are meant when this account speaks (`Speaker.user`): the unified user's key, or the account's
 * own id. One read, where accounts of the channel can be linked; none otherwise. A transfer that was broken off is done first.
 */
export const userOf = async (parts: IdentityParts, account: ChannelAccount): Promise<string> => {
  if (ineligibility(parts.linking, account) !== undefined) return account.id
  const key = accountKey(account.id)
  const profile = profileOf(await parts.store.get(profiles, key))
  if (profile === undefined || profile.user === null) return account.id
  if (profile.pending !== null) await settleTransfer(parts, key, account.id, profile.user)
  return profile.user
}
