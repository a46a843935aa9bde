import * as z from 'zod/mini'
import { collection } from '../storage/collection.ts'
import type { Transaction } from '../storage/store.ts'
import type { IdentityParts } from './identity-parts.ts'
import { keyedHash, keyedHashes } from './keyed-hash.ts'

/**
 * Accounts whose user said *never link this account*: a keyed hash, and nothing else that would say whose. Stays when
 * all else is purged or forgotten; a key that is taken out of the keyring takes the refusals made under it along.
 */
export const neverLinked = collection('neverLinked')

const storedSchema = z.object({ since: z.number() })

const keysOf = ({ keyring }: IdentityParts, account: string): readonly string[] =>
  keyedHashes(keyring, 'never linked', account)

/** Since when, in milliseconds since the epoch; `undefined` if not. */
export const neverLinkedSince = async (
  parts: IdentityParts,
  reads: Pick<Transaction, 'get'>,
  account: string,
): Promise<number | undefined> => {
  const records = await Promise.all(keysOf(parts, account).map(key => reads.get(neverLinked, key)))
  const found = records.find(record => record !== undefined)
  // Whatever else it holds, there is a refusal.
  return found && (z.safeParse(storedSchema, found.value).data?.since ?? 0)
}

export const putNeverLinked = (parts: IdentityParts, transaction: Transaction, account: string): void =>
  transaction.put(neverLinked, keyedHash(parts.keyring, 'never linked', account), { value: { since: parts.clock() } })

/** Writes a refusal that was made under an old key of the keyring under the active one. */
export const renewNeverLinked = async (parts: IdentityParts, account: string): Promise<void> => {
  const [active = '', ...old] = keysOf(parts, account)
  if (old.length === 0) return
  await parts.store.transact(async transaction => {
    const records = await Promise.all(old.map(key => transaction.get(neverLinked, key)))
    for (const record of records) {
      if (record === undefined) continue
      transaction.put(neverLinked, active, { value: record.value })
      transaction.delete(neverLinked, record.key)
    }
  })
}

/** Resolves to whether there was one. */
export const dropNeverLinked = (parts: IdentityParts, account: string): Promise<boolean> =>
  parts.store.transact(async transaction => {
    const keys = keysOf(parts, account)
    const records = await Promise.all(keys.map(key => transaction.get(neverLinked, key)))
    for (const key of keys) transaction.delete(neverLinked, key)
    return records.some(record => record !== undefined)
  })
