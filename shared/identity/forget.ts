import type { ChannelAccount } from '../channels/channel.ts'
import type { Transaction } from '../storage/store.ts'
import { putAuditEntry } from './audit-entry.ts'
import { newErasure, putErasure, settleErasure } from './erasure.ts'
import type { IdentityParts } from './identity-parts.ts'
import { isProven } from './linking.ts'
import { accountKey, personalDataOf, profileOf, profiles } from './profile.ts'
import { dropUser, links, readOwner } from './user-record.ts'

/** What has been deleted, by kind. */
export type Forgotten = {
  readonly profiles: number
  readonly identities: number
  readonly grants: number
  readonly questions: number
  /** Whether nothing is left; otherwise the purge goes on. */
  readonly complete: boolean
}

/**
 * *Forget me*: deletes what is held about the speaking person, in all of their accounts, and revokes their grants. What
 * stays is *never link this account* and the audit entries, neither of which says who it was. A sign-in that is under way is
 * for whoever knows its conversation to cancel; in another one it ends within minutes by itself.
 *
 * Profiles, identities and the user go in one transaction, and in the same one what remains to be revoked is written
 * down: killed anywhere, the purge finishes it.
 */
export const forget = async (
  parts: IdentityParts,
  account: ChannelAccount,
  signal: AbortSignal,
): Promise<Forgotten> => {
  const { counts, erasure } = await parts.store.transact(transaction => deleteRecords(parts, transaction, account))
  parts.log('NOTICE', 'a user was forgotten', counts)
  const { grants, questions, settled } = await settleErasure(parts, erasure, signal)
  return { ...counts, grants, questions, complete: settled }
}

const deleteRecords = async (parts: IdentityParts, transaction: Transaction, account: ChannelAccount) => {
  const own = accountKey(account.id)
  const owner = await readOwner(transaction, own)
  const keys = [...new Set([own, ...(owner?.accounts ?? [])])]
  const held = await Promise.all(
    keys.map(async key => {
      const profile = profileOf(await transaction.get(profiles, key))
      return profile && { id: personalDataOf(parts, key, profile)?.account }
    }),
  )
  const ids = held.flatMap(profile => profile?.id ?? [])
  for (const key of keys) {
    transaction.delete(profiles, key)
    transaction.delete(links, key)
  }
  if (owner !== undefined) dropUser(transaction, owner)
  if (isProven(account)) {
    putAuditEntry(parts, transaction, { action: 'forgotten', user: owner?.id, account: account.id })
  }
  const owners = [...new Set([account.id, ...ids, ...(owner === undefined ? [] : [owner.id])])]
  const erasure = newErasure({ owners, accounts: keys })
  putErasure(parts, transaction, erasure)
  return {
    counts: {
      profiles: held.filter(profile => profile !== undefined).length,
      identities: owner?.identities.length ?? 0,
    },
    erasure,
  }
}
