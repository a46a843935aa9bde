import { randomValue } from '../oauth/one-time.ts'
import type { StoredRecord } from '../storage/store.ts'
import { PATIENCE_MS, revokeGrants } from './erasure.ts'
import type { IdentityParts } from './identity-parts.ts'
import { type Profile, personalDataOf, profileEntry, profileOf, profiles } from './profile.ts'
import { declareRetention } from './retention-setting.ts'
import { readUser } from './user-record.ts'

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
  const { edition } = profileOf(await parts.store.get(profiles, key)) ?? {}
  await parts.oauth.transferAccounts(account, user)
  const isUser = await parts.store.transact(async transaction => {
    const [profile, owner] = [profileOf(await transaction.get(profiles, key)), await readUser(transaction, user)]
    if (profile?.user === user && profile.edition === edition) {
      transaction.put(profiles, key, profileEntry(parts, { ...profile, pending: null }))
    }
    return owner !== undefined
  })
  // The user has ended meanwhile, and what has just become theirs came too late for the erasure.
  if (!isUser) await revokeGrants(parts, user, AbortSignal.timeout(PATIENCE_MS))
}

/** Settles what was broken off. Resolves to how many it was. */
export const settleTransfers = async (parts: IdentityParts, limit: number): Promise<number> => {
  const records = await parts.store.find(profiles, 'pending', 'transfer', { limit })
  await Promise.all(records.map(record => settleRecord(parts, record)))
  return records.length
}

const settleRecord = async (parts: IdentityParts, { key, ...record }: StoredRecord): Promise<void> => {
  const profile = profileOf({ key, ...record })
  if (profile === undefined) return
  const personal = personalDataOf(parts, key, profile)
  if (personal !== undefined && profile.user !== null) {
    await settleTransfer(parts, key, personal.account, profile.user)
  } else {
    // Nobody can tell any more whose grants they were. They end by themselves.
    await parts.store.replace(profiles, key, record.version, profileEntry(parts, { ...profile, pending: null }))
  }
}
