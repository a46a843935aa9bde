import type { LinkedAccount } from '../oauth/linked-accounts.ts'
import { randomValue } from '../oauth/one-time.ts'
import type { StoredRecord } from '../storage/store.ts'
import { PATIENCE_MS, revokeGrants } from './erasure.ts'
import type { IdentityParts } from './identity-parts.ts'
import { identities, identityKey, identityOf } from './identity-record.ts'
import { type Profile, personalDataOf, profileEntry, profileOf, profiles } from './profile.ts'
import { declareRetention } from './retention-setting.ts'
import { readUser, type User } from './user-record.ts'

/**
 * A sign-in leaves its grant with the channel account. Where that is linked, the grant then becomes the user's, which takes
 * more than the linking transaction: so that transaction leaves a mark in the profile, and whoever finds the mark,
 * the account's next turn or the purge, does what is missing.
 */
export const withTransfer = (profile: Profile): Profile => ({
  ...profile,
  pending: 'transfer',
  edition: randomValue(128),
})

/** @param account its id */
export const settleTransfer = async (
  parts: IdentityParts,
  key: string,
  account: string,
  user: string,
): Promise<void> => {
  await declareRetention(parts)
  const [record, owner] = await Promise.all([parts.store.get(profiles, key), readUser(parts.store, user)])
  const { edition } = profileOf(record) ?? {}
  const patience = AbortSignal.timeout(PATIENCE_MS)
  await revokeGrants(parts, account, patience, grant => isOthers(parts, grant, user, owner?.identities))
  await parts.oauth.transferAccounts(account, user)
  const isUser = await parts.store.transact(async transaction => {
    const [current, owner] = await Promise.all([transaction.get(profiles, key), readUser(transaction, user)])
    const profile = profileOf(current)
    if (profile?.user === user && profile.edition === edition) {
      transaction.put(profiles, key, profileEntry(parts, { ...profile, pending: null }))
    }
    return owner !== undefined
  })
  // The user has ended meanwhile, and what has just become theirs came too late for the erasure.
  if (!isUser) await revokeGrants(parts, user, AbortSignal.timeout(PATIENCE_MS))
}

/**
 * Whether the account has a grant of somebody else: who signed in there, and was not answered whether to move the account.
 * What nobody is known by goes along: it is of whoever had the account when it stood alone.
 */
const isOthers = async (
  { store }: IdentityParts,
  grant: LinkedAccount,
  user: string,
  known: User['identities'] = [],
): Promise<boolean> => {
  const same = known.find(({ service }) => service === grant.service)
  if (same !== undefined) return same.key !== identityKey(grant)
  const holder = identityOf(await store.get(identities, identityKey(grant)))
  return holder !== undefined && holder.user !== user
}

/** Settles what was broken off. Resolves to how many it was: with what stays for good counted, a purge would have no end. */
export const settleTransfers = async (parts: IdentityParts, limit: number): Promise<number> => {
  const records = await parts.store.find(profiles, 'pending', 'transfer', { limit })
  const settled = await Promise.all(records.map(record => settleRecord(parts, record)))
  return settled.filter(Boolean).length
}

const settleRecord = async (parts: IdentityParts, { key, ...record }: StoredRecord): Promise<boolean> => {
  const profile = profileOf({ key, ...record })
  if (profile === undefined) return false
  const personal = personalDataOf(parts, key, profile)
  if (personal !== undefined && profile.user !== null) {
    await settleTransfer(parts, key, personal.account, profile.user)
  } else {
    // Nobody can tell any more whose grants they were. They end by themselves.
    await parts.store.replace(profiles, key, record.version, profileEntry(parts, { ...profile, pending: null }))
  }
  return true
}
