import * as z from 'zod/mini'
import type { Collection } from './collection.ts'
import { documentSchema, type FirestoreDocument, nameOf, timestamp } from './firestore-document.ts'
import { storeErrorOf } from './firestore-errors.ts'
import { type FirestoreCall, post } from './firestore-request.ts'
import type { Page } from './store.ts'

/** The documents with this value in an indexed property, in the order of their names, those that follow the name `after`. */
export const documentsWith = (
  call: FirestoreCall,
  { name }: Collection,
  property: { readonly field: string; readonly value: string },
  { limit, after }: { readonly limit: number; readonly after: string | undefined },
): Promise<readonly FirestoreDocument[]> =>
  runQuery(call, {
    from: [{ collectionId: name }],
    where: fieldFilter(`indexed.${property.field}`, 'EQUAL', { stringValue: property.value }),
    orderBy: [byName],
    limit,
    ...(after !== undefined && startAfter({ referenceValue: after })),
  })

/** The documents that have expired at `moment`, first expired first. */
export const documentsExpired = (
  call: FirestoreCall,
  collection: Collection,
  moment: number,
  { limit, after }: Page,
): Promise<readonly FirestoreDocument[]> =>
  runQuery(call, {
    from: [{ collectionId: collection.name }],
    where: fieldFilter('expireAt', 'LESS_THAN_OR_EQUAL', timestamp(moment)),
    orderBy: [{ field: { fieldPath: 'expireAt' } }, byName],
    limit,
    ...(after && startAfter(timestamp(after.expiresAt ?? 0), { referenceValue: nameOf(call, collection, after.key) })),
  })

const parts = z.array(z.object({ document: z.optional(documentSchema) }))

/** @param structuredQuery https://firebase.google.com/docs/firestore/reference/rest/v1/StructuredQuery */
const runQuery = async (call: FirestoreCall, structuredQuery: object): Promise<readonly FirestoreDocument[]> => {
  const answer = await post(call, 'runQuery', { structuredQuery }, parts)
  if (!answer.ok) throw storeErrorOf(answer.error)
  return answer.value.flatMap(({ document }) => document ?? [])
}

const fieldFilter = (fieldPath: string, op: string, value: object) => ({
  fieldFilter: { field: { fieldPath }, op, value },
})

const byName = { field: { fieldPath: '__name__' } }

const startAfter = (...values: readonly object[]) => ({ startAt: { values, before: false } })
