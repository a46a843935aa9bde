import * as z from 'zod/mini'
import { documentSchema, type FirestoreDocument } from './firestore-document.ts'
import { storeErrorOf } from './firestore-errors.ts'
import { type FirestoreCall, post } from './firestore-request.ts'

const part = z.union([z.object({ found: documentSchema }), z.object({ missing: z.string() })])

/** Of the documents of these names, those that are there, in any order. */
export const readDocuments = async (
  call: FirestoreCall,
  documents: readonly string[],
): Promise<readonly FirestoreDocument[]> => {
  if (documents.length === 0) return []
  // One part for each: what is not said to be missing is not taken for missing.
  const answer = await post(call, 'batchGet', { documents }, z.array(part).check(z.length(documents.length)))
  if (!answer.ok) throw storeErrorOf(answer.error)
  return answer.value.flatMap(part => ('found' in part ? part.found : []))
}

export const readDocument = async (call: FirestoreCall, name: string): Promise<FirestoreDocument | undefined> =>
  (await readDocuments(call, [name]))[0]
