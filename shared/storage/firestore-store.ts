import type { Clock } from '../runtime/clock.ts'
import { checkIndexed, checkPage } from './bounds.ts'
import type { Collection } from './collection.ts'
import { commit, findOwnWrite } from './firestore-commit.ts'
import { type FirestoreDatabase, openDatabase } from './firestore-database.ts'
import { documentOf, isWrittenAs, nameOf, recordOf, unchangedSince } from './firestore-document.ts'
import { documentsExpired, documentsWith } from './firestore-query.ts'
import { readDocument } from './firestore-read.ts'
import type { FirestoreCall } from './firestore-request.ts'
import { commitTransaction } from './firestore-transaction.ts'
import { transactOptimistically } from './optimistic.ts'
import type { Entry, Page, Store, StoredRecord, Transaction } from './store.ts'
import { StoreError } from './store-error.ts'
import { withinDeadline } from './within-deadline.ts'

export type FirestoreOptions = {
  readonly clock: Clock
  /** For each call, getting credentials at the first one included. 3000 by default. */
  readonly timeoutMs?: number
}

/**
 * A store in Cloud Firestore, in the project of the process or in the emulator at FIRESTORE_EMULATOR_HOST, by its REST API:
 * Google's client library would load gRPC even to do the same.
 *
 * One record is one document; its fields are in stored-shapes.md. A version is the document's update time, so that a
 * conditional write is one request, and a transaction one commit, without locks.
 *
 * @param database its id; the default database if empty
 */
export const firestoreStore = (database: string, options: FirestoreOptions): Store =>
  new FirestoreStore(database, options)

class FirestoreStore implements Store {
  readonly #name: string
  readonly #clock: Clock
  readonly #timeoutMs: number
  #opening: Promise<FirestoreDatabase> | undefined
  #closed = false

  constructor(name: string, { clock, timeoutMs = 3000 }: FirestoreOptions) {
    this.#name = name
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  get(collection: Collection, key: string): Promise<StoredRecord | undefined> {
    return this.#run(async call => this.#live(await readRecord(call, collection, key)))
  }

  create(collection: Collection, key: string, entry: Entry): Promise<string | undefined> {
    return this.#run(async call => {
      const update = documentOf(call, collection, key, entry)
      while (!call.signal.aborted) {
        const created = await commit(call, [{ update, currentDocument: unchangedSince(undefined) }])
        if (created.ok) return created.value
        const there = await readDocument(call, update.name)
        if (!there) continue
        if (isWrittenAs(update, there)) return there.updateTime
        if (this.#live(recordOf(there))) return undefined
        const taken = await commit(call, [{ update, currentDocument: unchangedSince(there.updateTime) }])
        if (taken.ok) return taken.value
      }
      throw call.signal.reason
    })
  }

  replace(collection: Collection, key: string, expected: string, entry: Entry): Promise<string | undefined> {
    return this.#run(async call => {
      const update = documentOf(call, collection, key, entry)
      const replaced = await commit(call, [{ update, currentDocument: unchangedSince(expected) }])
      return replaced.ok ? replaced.value : (await findOwnWrite(call, replaced.error, [update]))?.updateTime
    })
  }

  async put(collection: Collection, key: string, entry: Entry): Promise<void> {
    await this.#run(call => commit(call, [{ update: documentOf(call, collection, key, entry) }]))
  }

  delete(collection: Collection, key: string, expected?: string): Promise<boolean> {
    return this.#run(async call => {
      const precondition = expected !== undefined && { currentDocument: unchangedSince(expected) }
      const deleted = await commit(call, [{ delete: nameOf(call, collection, key), ...precondition }])
      return deleted.ok || (await findOwnWrite(call, deleted.error, [])) !== undefined
    })
  }

  transact<Outcome>(work: (transaction: Transaction) => Promise<Outcome>): Promise<Outcome> {
    return this.#run(call =>
      transactOptimistically(work, {
        timeoutMs: this.#timeoutMs,
        read: (collection, key) => readRecord(call, collection, key),
        live: record => this.#live(record),
        commit: (reads, writes) => commitTransaction(call, reads, writes),
      }),
    )
  }

  /** Expired documents that have not been swept take up requests, not places. */
  find(collection: Collection, field: string, value: string, page: Page): Promise<readonly StoredRecord[]> {
    return this.#run(async call => {
      const { limit, after } = checkPage(page)
      if (!collection.indexed.includes(field)) {
        throw new StoreError('invalid', `${collection.name} declares no indexed property ${field}`)
      }
      const property = { field, value: checkIndexed(value) }
      const found: StoredRecord[] = []
      for (let last = after && nameOf(call, collection, after.key); !call.signal.aborted; ) {
        const documents = await documentsWith(call, collection, property, { limit, after: last })
        found.push(...documents.flatMap(document => this.#live(recordOf(document)) ?? []))
        last = documents.at(-1)?.name
        if (documents.length < limit || found.length >= limit) return found.slice(0, limit)
      }
      throw call.signal.reason
    })
  }

  expired(collection: Collection, moment: number, page: Page): Promise<readonly StoredRecord[]> {
    return this.#run(async call => (await documentsExpired(call, collection, moment, checkPage(page))).map(recordOf))
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  #live(record: StoredRecord | undefined): StoredRecord | undefined {
    return record?.expiresAt !== undefined && record.expiresAt <= this.#clock() ? undefined : record
  }

  async #run<Outcome>(work: (call: FirestoreCall) => Promise<Outcome>): Promise<Outcome> {
    if (this.#closed) throw new StoreError('unavailable', 'the store is closed')
    return withinDeadline(this.#timeoutMs, async signal => work({ ...(await this.#open()), signal }))
  }

  #open(): Promise<FirestoreDatabase> {
    this.#opening ??= openDatabase(this.#name).catch(error => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }
}

const readRecord = async (
  call: FirestoreCall,
  collection: Collection,
  key: string,
): Promise<StoredRecord | undefined> => {
  const document = await readDocument(call, nameOf(call, collection, key))
  return document && recordOf(document)
}
