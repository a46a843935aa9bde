import { createHash } from 'node:crypto'
import { StoreError } from './store-error.ts'

/** In UTF-16 code units. */
export const maxKeyLength = 4096

/** Firestore allows 1500 bytes; ids are ASCII. */
const maxIdLength = 512

/**
 * What a key is called in the database: the same in every back end, never the same for two keys.
 * The percent-encoding is undone by {@link keyOf}. A key too long for that is called by its hash, which no encoding yields,
 * and kept beside the record.
 *
 * Firestore refuses `/`, `.`, `..` and `__name__` as ids: https://firebase.google.com/docs/firestore/quotas#limits
 */
export const recordId = (key: string): { readonly id: string; readonly longKey: string | null } => {
  if (key === '') throw new StoreError('invalid', 'a key cannot be empty')
  if (key.length > maxKeyLength) throw new StoreError('invalid', `a key cannot be longer than ${maxKeyLength}`)
  if (!key.isWellFormed()) throw new StoreError('invalid', 'a key cannot hold half a surrogate pair')
  const id = encodeURIComponent(key).replace(/^\./, '%2E').replace(/^_/, '%5F')
  return id.length <= maxIdLength
    ? { id, longKey: null }
    : { id: `%sha256-${createHash('sha256').update(key).digest('base64url')}`, longKey: key }
}

export const keyOf = (id: string, longKey: string | null): string => longKey ?? decodeURIComponent(id)
