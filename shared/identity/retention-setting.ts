import * as z from 'zod/mini'
import { collection } from '../storage/collection.ts'
import type { Transaction } from '../storage/store.ts'
import type { IdentityParts } from './identity-parts.ts'
import { keptUnder, profileEntry, profileOf, profiles } from './profile.ts'

/**
 * Which settings linked profiles have been written under. What has once been in use stays listed: an instance of an older
 * revision may still be writing under it.
 */
export const retentionSettings = collection('retentionSettings')

const KEY = 'used'

const storedSchema = z.object({ kept: z.array(z.string()) })

const readUsed = async (reads: Pick<Transaction, 'get'>): Promise<readonly string[]> =>
  z.safeParse(storedSchema, (await reads.get(retentionSettings, KEY))?.value).data?.kept ?? []

/** Settings that were declared, by what they were declared with: an instance does so once. */
const declared = new WeakMap<IdentityParts, Promise<void>>()

/** Before the first profile is written under a setting: a later one has to find it. */
export const declareRetention = (parts: IdentityParts): Promise<void> => {
  const known = declared.get(parts)
  if (known !== undefined) return known
  const declaration = declare(parts).catch(error => {
    declared.delete(parts)
    throw error
  })
  declared.set(parts, declaration)
  return declaration
}

const declare = async (parts: IdentityParts): Promise<void> => {
  const current = keptUnder(parts)
  if ((await readUsed(parts.store)).includes(current)) return
  await parts.store.transact(async transaction => {
    const kept = await readUsed(transaction)
    if (!kept.includes(current)) transaction.put(retentionSettings, KEY, { value: { kept: [...kept, current] } })
  })
}

/** Gives linked profiles the expiry of the present setting that were written under another. Resolves to how many it was. */
export const applyRetention = async (parts: IdentityParts, limit: number): Promise<number> => {
  await declareRetention(parts)
  const current = keptUnder(parts)
  let applied = 0
  for (const other of await readUsed(parts.store)) {
    if (other === current || applied === limit) continue
    const records = await parts.store.find(profiles, 'kept', other, { limit: limit - applied })
    const changed = await Promise.all(records.map(({ key }) => applyTo(parts, key)))
    applied += changed.filter(Boolean).length
  }
  return applied
}

const applyTo = (parts: IdentityParts, key: string): Promise<boolean> =>
  parts.store.transact(async transaction => {
    const profile = profileOf(await transaction.get(profiles, key))
    if (profile === undefined) return false
    transaction.put(profiles, key, profileEntry(parts, profile))
    return true
  })
