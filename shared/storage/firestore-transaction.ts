import { commit, findOwnWrite, type Write } from './firestore-commit.ts'
import { type DocumentToWrite, documentOf, nameOf, timestamp, unchangedSince } from './firestore-document.ts'
import type { FirestoreCall } from './firestore-request.ts'
import type { TransactionRead, TransactionWrite } from './optimistic.ts'
import type { StoredRecord } from './store.ts'

/**
 * Makes the writes of a transaction in one commit, unless something it has read has changed since: what was read is a
 * precondition of what is written. Resolves to whether it did.
 */
export const commitTransaction = async (
  call: FirestoreCall,
  reads: readonly TransactionRead[],
  writes: readonly TransactionWrite[],
): Promise<boolean> => {
  // What one read has seen was so.
  if (writes.length === 0 && reads.length < 2) return true
  const seen = new Map<string, StoredRecord | undefined>()
  for (const { collection, key, record } of reads) {
    const name = nameOf(call, collection, key)
    if (seen.has(name) && seen.get(name)?.version !== record?.version) return false
    seen.set(name, record)
  }
  // Of several writes of one document the last counts.
  const updates = new Map<string, DocumentToWrite | undefined>()
  for (const { collection, key, entry } of writes) {
    updates.set(nameOf(call, collection, key), entry && documentOf(call, collection, key, entry))
  }
  const made = [...updates].map(([name, update]): Write => {
    const unchanged = seen.has(name) && { currentDocument: unchangedSince(seen.get(name)?.version) }
    return { ...(update ? { update } : { delete: name }), ...unchanged }
  })
  const checked = [...seen].filter(([name]) => !updates.has(name)).map(([name, record]) => check(name, record))
  const answer = await commit(call, [...made, ...checked])
  const documents = [...updates.values()].filter(update => update !== undefined)
  return answer.ok || (await findOwnWrite(call, answer.error, documents)) !== undefined
}

/** A write that changes nothing, if the document is as it was read: it keeps its update time. */
const check = (name: string, record: StoredRecord | undefined): Write => {
  const currentDocument = unchangedSince(record?.version)
  if (record === undefined) return { delete: name, currentDocument }
  const fields = record.expiresAt === undefined ? {} : { expireAt: timestamp(record.expiresAt) }
  return { update: { name, fields }, updateMask: { fieldPaths: ['expireAt'] }, currentDocument }
}
