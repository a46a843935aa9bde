import { randomUUID } from 'node:crypto'
import type { DocumentReference, DocumentSnapshot, Timestamp } from '@google-cloud/firestore'
import { checkEntry } from './bounds.ts'
import type { Collection } from './collection.ts'
import type { FirestoreDatabase } from './firestore-database.ts'
import { keyOf, recordId } from './record-id.ts'
import type { Entry, StoredRecord } from './store.ts'

export const documentOf = ({ firestore }: FirestoreDatabase, { name }: Collection, key: string): DocumentReference =>
  firestore.collection(name).doc(recordId(key).id)

/** The fields of a document; stored-shapes.md says what they are for. */
export const fieldsOf = ({ library }: FirestoreDatabase, collection: Collection, key: string, entry: Entry) => {
  const { json, indexed, expiresAt } = checkEntry(collection, entry)
  const { longKey } = recordId(key)
  return {
    value: json,
    indexed,
    write: randomUUID(),
    ...(longKey !== null && { longKey }),
    ...(expiresAt !== null && { expireAt: library.Timestamp.fromMillis(expiresAt) }),
  }
}

type Fields = ReturnType<typeof fieldsOf>

export const overwrite = (
  { library }: FirestoreDatabase,
  document: DocumentReference,
  fields: Fields,
  lastUpdateTime: Timestamp,
) => document.update({ expireAt: library.FieldValue.delete(), ...fields }, { lastUpdateTime })

export const recordOf = (snapshot: DocumentSnapshot): StoredRecord | undefined => {
  const { value, longKey, expireAt } = snapshot.data() ?? {}
  if (!snapshot.updateTime) return undefined
  return {
    key: keyOf(snapshot.id, longKey ?? null),
    value: JSON.parse(value),
    version: versionOf(snapshot.updateTime),
    ...(expireAt && { expiresAt: expireAt.toMillis() }),
  }
}

/**
 * The version of a document that holds just these fields. A conditional write that is refused has happened nevertheless
 * where its answer was lost and the library has sent it again.
 */
export const versionIfWritten = ({ write }: Fields, snapshot: DocumentSnapshot): string | undefined =>
  snapshot.updateTime && snapshot.get('write') === write ? versionOf(snapshot.updateTime) : undefined

/** A document's update time in microseconds, which is as precise as it gets. */
export const versionOf = ({ seconds, nanoseconds }: Timestamp): string => String(seconds * 1e6 + nanoseconds / 1e3)

/** What is no version becomes a time at which no document was written. */
export const updateTimeOf = ({ library }: FirestoreDatabase, version: string): Timestamp => {
  const microseconds = /^\d{1,16}$/.test(version) ? Number(version) : 0
  return new library.Timestamp(Math.floor(microseconds / 1e6), (microseconds % 1e6) * 1e3)
}
