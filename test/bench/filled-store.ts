import { createHash } from 'node:crypto'
import { collection } from '../../shared/storage/collection.ts'
import { openDatabase } from '../../shared/storage/sqlite-database.ts'
import { rowOf } from '../../shared/storage/sqlite-row.ts'
import { sqliteStore } from '../../shared/storage/sqlite-store.ts'
import type { Entry, Store } from '../../shared/storage/store.ts'

/** Records as this project keeps them: a key that is a hash, one property to be found by, a few hundred bytes, an expiry. */
export const users = collection('users', 'account')

/** The moment at which the first record expires; each later one expires a millisecond after the one before it. */
export const FIRST_EXPIRY = Date.UTC(2100, 0)

export const keyOf = (index: number): string => createHash('sha256').update(`user ${index}`).digest('base64url')
export const accountOf = (index: number): string => `google/${createHash('sha1').update(`${index}`).digest('hex')}`

const entryOf = (index: number): Entry => ({
  value: {
    account: accountOf(index),
    language: 'en',
    consent: { at: 1_700_000_000_000 + index, version: '3', purposes: ['answers', 'reminders'] },
    channels: [{ name: 'web_client', address: `session/${index}`, seenAt: 1_700_000_000_000 + index }],
  },
  expiresAt: FIRST_EXPIRY + index,
})

/** Writes the records with the numbers from `from` on, all in one transaction: the store itself would take minutes. */
export const fill = async (path: string, from: number, count: number): Promise<void> => {
  const { handle, statements } = await openDatabase(path)
  // For the time of writing; both are settings of this connection.
  handle.exec('PRAGMA cache_size = -600000; PRAGMA synchronous = OFF')
  const { put } = statements(users)
  handle.exec('BEGIN')
  for (let index = from; index < from + count; index += 1) put.run(rowOf(users, keyOf(index), entryOf(index)))
  handle.exec('COMMIT')
  handle.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  handle.close()
}

/** A store of a file with the first `count` records. */
export const filledStore = async (path: string, count: number): Promise<Store & AsyncDisposable> => {
  await fill(path, 0, count)
  const store = sqliteStore(path, { clock: () => FIRST_EXPIRY - 1 })
  return Object.assign(store, { [Symbol.asyncDispose]: () => store.close() })
}
