import { seal } from '../storage/sealed-value.ts'
import type { Store, StoredRecord } from '../storage/store.ts'
import { grantKey, grants, openGrant, type StoredGrant, storedGrantOf } from './grant.ts'
import type { OAuthParts } from './oauth-parts.ts'

/** A user's grant at one service, without its tokens: for an export of their data, or to show where they are signed in. */
export type LinkedAccount = {
  readonly service: string
  readonly issuer: string
  readonly subject: string
  /** When it is forgotten, in milliseconds since the epoch, unless it is refreshed before. */
  readonly keptUntil: number
}

/** More services than one configuration holds. */
const PAGE = { limit: 200 }

/** Where a user is signed in. */
export const linkedAccounts = async (store: Store, user: string): Promise<readonly LinkedAccount[]> => {
  const records = await store.find(grants, 'user', user, PAGE)
  return records.flatMap(record => {
    const stored = storedGrantOf(record)
    if (stored === undefined) return []
    const { service, issuer, subject } = stored
    return [{ service, issuer, subject, keptUntil: record.expiresAt ?? 0 }]
  })
}

/**
 * Makes one user's grants another's: those of a channel account become those of the unified user it is linked to. Of two
 * grants of one subject at one service the younger remains. The other's tokens are forgotten and not revoked: with them a
 * provider may end everything that the subject has granted (from memory, Google does). Of different subjects each is left
 * where it is.
 */
export const transferAccounts = async (parts: OAuthParts, from: string, to: string): Promise<void> => {
  for (const record of await parts.store.find(grants, 'user', from, PAGE)) {
    const stored = storedGrantOf(record)
    if (stored !== undefined) await transfer(parts, record, stored, to)
  }
}

const transfer = (parts: OAuthParts, { key }: StoredRecord, { service }: StoredGrant, user: string): Promise<void> =>
  parts.store.transact(async transaction => {
    const toKey = grantKey(service, user)
    const record = await transaction.get(grants, key)
    const there = await transaction.get(grants, toKey)
    const grant = record && openGrant(parts, record)?.grant
    if (record === undefined || grant === undefined || key === toKey) return
    if (there !== undefined && storedGrantOf(there)?.subject !== grant.subject) return
    transaction.delete(grants, key)
    if (there !== undefined && (there.expiresAt ?? 0) > (record.expiresAt ?? 0)) return
    const { tokens, ...stored } = grant
    // Encrypted for its new place: under the old address it opens nowhere else.
    transaction.put(grants, toKey, {
      ...record,
      value: { ...stored, user, sealed: seal(parts.keyring, grants, toKey, tokens) },
    })
  })
