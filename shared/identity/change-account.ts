import type { Transaction } from '../storage/store.ts'
import type { IdentityParts } from './identity-parts.ts'
import { lapse } from './lapse.ts'
import type { ProvenAccount } from './linking.ts'
import { accountKey, type Profile, profileOf, profiles, usedProfile } from './profile.ts'
import { declareRetention } from './retention-setting.ts'
import { readOwner, type User } from './user-record.ts'

/** An account as a transaction finds it. */
export type AccountState = {
  readonly key: string
  /** As it is now that the account is being used; not written yet. */
  readonly profile: Profile
  /** Whose the account is; `undefined` for one that stands alone. */
  readonly owner: User | undefined
}

/** Distinct from whatever a transaction may come to. */
const LAPSED = Symbol('lapsed')

/** A profile lapses once, so the second attempt finds none. A third is for one that was linked and lapsed meanwhile. */
const MAX_TRIES = 3

/**
 * One transaction over an account that is being used. An account whose profile was past its day before the purge came is
 * first let go, so that nobody is found linked by what should not be there any more.
 */
export const changeAccount = async <Outcome>(
  parts: IdentityParts,
  account: ProvenAccount,
  work: (transaction: Transaction, state: AccountState) => Promise<Outcome>,
): Promise<Outcome> => {
  const key = accountKey(account.id)
  await declareRetention(parts)
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const outcome = await parts.store.transact(async transaction => {
      const [record, owner] = await Promise.all([transaction.get(profiles, key), readOwner(transaction, key)])
      if (record === undefined && owner !== undefined) return LAPSED
      const profile = { ...usedProfile(parts, account, profileOf(record)), user: owner?.id ?? null }
      return await work(transaction, { key, profile, owner })
    })
    if (outcome !== LAPSED) return outcome
    await lapse(parts, key, account.id)
  }
  throw new Error('a profile that has lapsed is still linked')
}
