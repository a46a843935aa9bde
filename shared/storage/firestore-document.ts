import { randomUUID } from 'node:crypto'
import * as z from 'zod/mini'
import { checkEntry } from './bounds.ts'
import type { Collection } from './collection.ts'
import type { FirestoreDatabase } from './firestore-database.ts'
import { keyOf, recordId } from './record-id.ts'
import type { Entry, StoredRecord } from './store.ts'
import { StoreError } from './store-error.ts'

export const nameOf = ({ documents }: FirestoreDatabase, { name }: Collection, key: string): string =>
  `${documents}/${name}/${recordId(key).id}`

/** The document that holds an entry; stored-shapes.md says what its fields are for. */
export const documentOf = (database: FirestoreDatabase, collection: Collection, key: string, entry: Entry) => {
  const { json, indexed, expiresAt } = checkEntry(collection, entry)
  const { longKey } = recordId(key)
  const fields = Object.entries(indexed).map(([field, value]) => [field, text(value)])
  return {
    name: nameOf(database, collection, key),
    fields: {
      value: text(json),
      indexed: { mapValue: { fields: Object.fromEntries(fields) } },
      write: text(randomUUID()),
      ...(longKey !== null && { longKey: text(longKey) }),
      ...(expiresAt !== null && { expireAt: timestamp(expiresAt) }),
    },
  }
}

export type DocumentToWrite = ReturnType<typeof documentOf>

/** https://firebase.google.com/docs/firestore/reference/rest/v1/Value */
const text = (stringValue: string) => ({ stringValue })

/** @param moment in milliseconds since the epoch */
export const timestamp = (moment: number) => ({ timestampValue: new Date(moment).toISOString() })

const textSchema = z.object({ stringValue: z.string() })

/** https://firebase.google.com/docs/firestore/reference/rest/v1/projects.databases.documents#Document */
export const documentSchema = z.object({
  name: z.string(),
  updateTime: z.string(),
  fields: z.object({
    value: textSchema,
    write: textSchema,
    longKey: z.optional(textSchema),
    expireAt: z.optional(z.object({ timestampValue: z.string() })),
  }),
})

export type FirestoreDocument = z.output<typeof documentSchema>

/** @throws StoreError for a document that no store has written; nothing of it is in the message */
export const recordOf = ({ name, updateTime, fields }: FirestoreDocument): StoredRecord => {
  try {
    return {
      key: keyOf(name.slice(name.lastIndexOf('/') + 1), fields.longKey?.stringValue ?? null),
      value: JSON.parse(fields.value.stringValue),
      version: updateTime,
      ...(fields.expireAt && { expiresAt: Date.parse(fields.expireAt.timestampValue) }),
    }
  } catch {
    throw new StoreError('unavailable', 'Firestore holds a document that no store has written')
  }
}

/** Whether a document is as this very write has left it, not another of the same value. */
export const isWrittenAs = ({ fields }: DocumentToWrite, document: FirestoreDocument): boolean =>
  document.fields.write.stringValue === fields.write.stringValue

/** A precondition: that a document is as it was read, or that there still is none. What is no version fits no document. */
export const unchangedSince = (version: string | undefined) => {
  if (version === undefined) return { exists: false }
  return { updateTime: updateTimePattern.test(version) ? version : beforeFirestore }
}

const updateTimePattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/

/** Not the epoch itself, which the emulator takes for the update time of a document that is not there. */
const beforeFirestore = '1970-01-01T00:00:01Z'
