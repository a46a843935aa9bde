import type { ChannelAccount } from '../channels/channel.ts'
import { putAuditEntry } from './audit-entry.ts'
import { changeAccount } from './change-account.ts'
import { settleErasure } from './erasure.ts'
import type { IdentityParts } from './identity-parts.ts'
import { isProven } from './linking.ts'
import { profileEntry, profiles, standingAlone } from './profile.ts'
import { leaveUser } from './user-record.ts'

/**
 * The account stands alone again, at its user's wish. The user's last one takes the user along: identities are deleted,
 * grants revoked. Resolves to whether it was linked.
 */
export const unlinkAccount = async (parts: IdentityParts, account: ChannelAccount): Promise<boolean> => {
  if (!isProven(account)) return false
  const unlinked = await changeAccount(parts, account, async (transaction, { key, profile, owner }) => {
    if (owner === undefined) return undefined
    putAuditEntry(parts, transaction, { action: 'unlinked', user: owner.id, account: account.id })
    transaction.put(profiles, key, profileEntry(parts, standingAlone(profile)))
    return { erasure: leaveUser(parts, transaction, owner, key, account.id) }
  })
  if (unlinked === undefined) return false
  parts.log('NOTICE', 'channel account unlinked', { channel: account.channel })
  if (unlinked.erasure !== undefined) await settleErasure(parts, unlinked.erasure)
  return true
}
