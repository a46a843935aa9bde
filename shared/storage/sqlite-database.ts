import type { DatabaseSync } from 'node:sqlite'
import type { Collection } from './collection.ts'
import type { TransactionRead, TransactionWrite } from './optimistic.ts'
import { recordId } from './record-id.ts'
import { prepareCollection, type SqliteCollection } from './sqlite-collection.ts'
import { readRecord, rowOf } from './sqlite-row.ts'
import { StoreError } from './store-error.ts'

/**
 * As much of a file as is read in place, in the system's own cache of it. A page beyond SQLite's two megabytes otherwise costs
 * a system call and a copy, which a look-up among a million records does four times. What is written still goes by calls.
 * https://sqlite.org/mmap.html
 */
const MAPPED_BYTES = 1024 ** 3

/**
 * How many pages are written to the log before they are moved to their places, which somebody's write then waits for: as many
 * as one block of the log's index has room for, so that reading is no slower for it. 16 MB, four times SQLite's default: a
 * purge among a million records waits half as long for its disk.
 * https://sqlite.org/walformat.html#the_wal_index_file_format
 */
const CHECKPOINT_PAGES = 4000

/** An open file, and the statements of the collections that have been used. */
export type SqliteDatabase = {
  readonly handle: DatabaseSync
  readonly statements: (collection: Collection) => SqliteCollection
}

export const openDatabase = async (path: string): Promise<SqliteDatabase> => {
  const { DatabaseSync } = await import('node:sqlite')
  const handle = new DatabaseSync(path, { timeout: 10 })
  try {
    handle.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA mmap_size = ${MAPPED_BYTES};
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
  } catch (error) {
    handle.close()
    throw error
  }
  const collections = new Map<string, SqliteCollection>()
  return {
    handle,
    statements: collection => {
      const known = collections.get(collection.name)
      if (known) return known
      const prepared = prepareCollection(handle, collection)
      collections.set(collection.name, prepared)
      return prepared
    },
  }
}

/** Makes all writes in one piece, unless something that was read has changed since. Returns whether it did. */
export const commit = (
  { handle, statements }: SqliteDatabase,
  reads: readonly TransactionRead[],
  writes: readonly TransactionWrite[],
): boolean => {
  // Beforehand: a table made inside would go with a rollback, and its statements would stay.
  for (const { collection } of [...reads, ...writes]) statements(collection)
  handle.exec('BEGIN IMMEDIATE')
  try {
    const unchanged = reads.every(
      ({ collection, key, record }) => readRecord(statements(collection), key)?.version === record?.version,
    )
    if (unchanged) for (const write of writes) make(statements(write.collection), write)
    handle.exec(unchanged ? 'COMMIT' : 'ROLLBACK')
    return unchanged
  } catch (error) {
    if (handle.isTransaction) handle.exec('ROLLBACK')
    throw error
  }
}

const make = (statements: SqliteCollection, { collection, key, entry }: TransactionWrite): void => {
  if (entry === undefined) statements.delete.run({ id: recordId(key).id })
  else statements.put.run(rowOf(collection, key, entry))
}

/** Another process has the lock. https://sqlite.org/rescode.html: the low byte is the code, 5 is BUSY, 6 LOCKED. */
export const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && [5, 6].includes(Number(error.errcode) & 0xff)

/** With SQLite's own words for its code: nothing of the statement or its values. */
export const unavailable = (error: unknown): StoreError => {
  const reason = error instanceof Error && 'errstr' in error ? String(error.errstr) : 'unknown'
  return new StoreError('unavailable', `SQLite cannot be used: ${reason}`, error)
}
