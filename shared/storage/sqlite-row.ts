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

/** @param key where it is known already */
export const recordOf = (
  { id, long_key, value, version, expires_at }: Record<string, SQLOutputValue>,
  key?: string,
): StoredRecord => ({
  key: key ?? keyOf(String(id), typeof long_key === 'string' ? long_key : null),
  value: JSON.parse(String(value)),
  version: String(version),
  ...(typeof expires_at === 'number' && { expiresAt: expires_at }),
})

/** Expired or not. */
export const readRecord = ({ read }: SqliteCollection, key: string): StoredRecord | undefined => {
  const row = read.get({ id: recordId(key).id })
  return row && recordOf(row, key)
}
