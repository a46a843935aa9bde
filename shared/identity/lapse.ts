import { putAuditEntry } from './audit-entry.ts'
import { settleErasure } from './erasure.ts'
import type { IdentityParts } from './identity-parts.ts'
import { profiles } from './profile.ts'
import { leaveUser, readOwner } from './user-record.ts'

/**
 * Takes away a profile that is past its day, and with it what only its account held: the last account of a user takes the
 * user along. Does nothing if the account has been used since. Resolves to whether it did something.
 *
 * @param account its id, where it is known
 */
export const lapse = async (parts: IdentityParts, key: string, account: string | undefined): Promise<boolean> => {
  const lapsed = await parts.store.transact(async transaction => {
    const [live, owner] = await Promise.all([transaction.get(profiles, key), readOwner(transaction, key)])
    if (live !== undefined) return undefined
    transaction.delete(profiles, key)
    if (owner === undefined) return { erasure: undefined, isLast: false }
    putAuditEntry(parts, transaction, { action: 'expired', user: owner.id, account })
    const isLast = owner.accounts.every(other => other === key)
    return { erasure: leaveUser(parts, transaction, owner, key, account), isLast }
  })
  if (lapsed?.isLast) parts.log('NOTICE', 'unified user ended: the last profile was past its day', {})
  if (lapsed?.erasure !== undefined) await settleErasure(parts, lapsed.erasure)
  return lapsed !== undefined
}
