import { randomUUID } from 'node:crypto'
import type { SQLOutputValue } from 'node:sqlite'
import { checkEntry } from './bounds.ts'
import type { Collection } from './collection.ts'
import { keyOf, recordId } from './record-id.ts'
import type { SqliteCollection } from './sqlite-collection.ts'
import type { Entry, StoredRecord } from './store.ts'

/** The parameters of a statement that writes. */
export const rowOf = (collection: Collection, key: string, entry: Entry) => {
  const { json, expiresAt } = checkEntry(collection, entry)
  return { ...recordId(key), value: json, version: randomUUID(), expiresAt }
}

const storedRecord = (key: string, value: unknown, version: unknown, expiresAt: unknown): StoredRecord => ({
  key,
  value: JSON.parse(String(value)),
  version: String(version),
  ...(typeof expiresAt === 'number' && { expiresAt }),
})

/** A row of `find` or `expired`. */
export const recordOf = ({ id, long_key, value, version, expires_at }: Record<string, SQLOutputValue>): StoredRecord =>
  storedRecord(keyOf(String(id), typeof long_key === 'string' ? long_key : null), value, version, expires_at)

/** Expired or not. */
export const readRecord = ({ read }: SqliteCollection, key: string): StoredRecord | undefined => {
  const row: unknown = read.get(recordId(key).id)
  if (!Array.isArray(row)) return undefined
  const [value, version, expiresAt] = row
  return storedRecord(key, value, version, expiresAt)
}
