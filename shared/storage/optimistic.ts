import { attempts } from './attempts.ts'
import type { Collection } from './collection.ts'
import type { Entry, StoredRecord, Transaction } from './store.ts'
import { StoreError } from './store-error.ts'

/** What a transaction has seen: a record, expired or not, or that there is none. */
export type TransactionRead = {
  readonly collection: Collection
  readonly key: string
  readonly record: StoredRecord | undefined
}

/** What a transaction leaves: an entry, or nothing. */
export type TransactionWrite = {
  readonly collection: Collection
  readonly key: string
  readonly entry: Entry | undefined
}

export type OptimisticSteps = {
  readonly timeoutMs: number
  /** Expired records too. */
  readonly read: (collection: Collection, key: string) => Promise<StoredRecord | undefined>
  readonly live: (record: StoredRecord | undefined) => StoredRecord | undefined
  /** Makes all writes in one piece, unless something that was read has changed since. Resolves to whether it did. */
  readonly commit: (reads: readonly TransactionRead[], writes: readonly TransactionWrite[]) => Promise<boolean>
}

/** Nothing is locked while `work` runs: what it has read is compared when its writes are made. */
export const transactOptimistically = async <Outcome>(
  work: (transaction: Transaction) => Promise<Outcome>,
  { timeoutMs, read, live, commit }: OptimisticSteps,
): Promise<Outcome> => {
  for await (const _ of attempts(timeoutMs)) {
    const reads: TransactionRead[] = []
    const writes: TransactionWrite[] = []
    const outcome = await work({
      get: async (collection, key) => {
        if (writes.length > 0) throw new StoreError('invalid', 'a transaction reads before it writes')
        const record = await read(collection, key)
        reads.push({ collection, key, record })
        return live(record)
      },
      put: (collection, key, entry) => {
        writes.push({ collection, key, entry })
      },
      delete: (collection, key) => {
        writes.push({ collection, key, entry: undefined })
      },
    })
    if (await commit(reads, writes)) return outcome
  }
  throw new StoreError('contention', 'others kept writing the records of this transaction')
}
