import * as z from 'zod/mini'
import { fail, ok, type Result } from '../runtime/result.ts'
import { type DocumentToWrite, type FirestoreDocument, isWrittenAs } from './firestore-document.ts'
import { storeErrorOf } from './firestore-errors.ts'
import { readDocuments } from './firestore-read.ts'
import { type FirestoreCall, post } from './firestore-request.ts'
import { StoreError } from './store-error.ts'

/** https://firebase.google.com/docs/firestore/reference/rest/v1/Write */
export type Write = Operation & {
  readonly currentDocument?: { readonly exists: boolean } | { readonly updateTime: string }
}

type Operation =
  | {
      readonly update: { readonly name: string; readonly fields: object }
      /** Without a mask, all fields of the document. */
      readonly updateMask?: { readonly fieldPaths: readonly string[] }
    }
  | { readonly delete: string }

/** A precondition does not hold. `uncertain`: perhaps because this very commit was made before, and its answer was lost. */
export type Refused = { readonly uncertain: boolean }

const refusals: readonly string[] = ['ALREADY_EXISTS', 'FAILED_PRECONDITION', 'NOT_FOUND']

const committed = z.object({ writeResults: z.array(z.object({ updateTime: z.optional(z.string()) })) })

/**
 * Makes all writes in one piece, if all their preconditions hold. Without any, it is never refused.
 *
 * @returns the update time of the first document, which a deletion does not have
 */
export const commit = async (call: FirestoreCall, writes: readonly Write[]): Promise<Result<string, Refused>> => {
  const answer = await post(call, 'commit', { writes }, committed)
  if (answer.ok) return ok(answer.value.writeResults[0]?.updateTime ?? '')
  const isConditional = writes.some(({ currentDocument }) => currentDocument !== undefined)
  if (!isConditional || !refusals.includes(answer.error.status)) throw storeErrorOf(answer.error)
  return fail({ uncertain: answer.error.uncertain })
}

/**
 * One of the documents that a refused commit has left, if it was made nevertheless; undefined if it was not.
 *
 * @throws StoreError `unavailable` where nobody can tell: a deletion leaves nothing, and what was written others may have
 *   written over
 */
export const findOwnWrite = async (
  call: FirestoreCall,
  { uncertain }: Refused,
  updates: readonly DocumentToWrite[],
): Promise<FirestoreDocument | undefined> => {
  if (!uncertain) return undefined
  const documents = await readDocuments(
    call,
    updates.map(({ name }) => name),
  )
  const own = documents.find(document => updates.some(update => isWrittenAs(update, document)))
  if (own) return own
  throw new StoreError('unavailable', 'Firestore has not answered: the write may have been made or not')
}
