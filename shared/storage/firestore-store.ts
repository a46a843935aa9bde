import type { DocumentSnapshot, Transaction as FirestoreTransaction } from '@google-cloud/firestore'
import type { Clock } from '../runtime/clock.ts'
import { attempts } from './attempts.ts'
import { checkIndexed, checkPage } from './bounds.ts'
import type { Collection } from './collection.ts'
import { type FirestoreDatabase, openDatabase } from './firestore-database.ts'
import {
  documentOf,
  fieldsOf,
  overwrite,
  recordOf,
  updateTimeOf,
  versionIfWritten,
  versionOf,
} from './firestore-document.ts'
import { alreadyExists, preconditionFailed, storeErrorOf, unless, unlessContended } from './firestore-errors.ts'
import { recordId } from './record-id.ts'
import type { Entry, Page, Store, StoredRecord, Transaction } from './store.ts'
import { StoreError } from './store-error.ts'
import { withinDeadline } from './within-deadline.ts'

export type FirestoreOptions = {
  readonly clock: Clock
  /** For each call, loading the library at the first one included. 3000 by default. */
  readonly timeoutMs?: number
}

/**
 * A store in Cloud Firestore, in the project of the process or in the emulator at FIRESTORE_EMULATOR_HOST.
 * One record is one document; its fields are in stored-shapes.md. A version is the document's update time, so that a
 * conditional write is one request, without a transaction.
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
    return this.#run(async database => this.#live(await documentOf(database, collection, key).get()))
  }

  create(collection: Collection, key: string, entry: Entry): Promise<string | undefined> {
    return this.#run(async (database, signal) => {
      const document = documentOf(database, collection, key)
      const fields = fieldsOf(database, collection, key, entry)
      while (!signal.aborted) {
        const created = await unless(alreadyExists, document.create(fields))
        if (created) return versionOf(created.writeTime)
        const there = await document.get()
        if (!there.updateTime) continue
        const own = versionIfWritten(fields, there)
        if (own) return own
        if (this.#live(there)) return undefined
        const taken = await unless(preconditionFailed, overwrite(database, document, fields, there.updateTime))
        if (taken) return versionOf(taken.writeTime)
      }
      throw signal.reason
    })
  }

  replace(collection: Collection, key: string, expected: string, entry: Entry): Promise<string | undefined> {
    return this.#run(async database => {
      const document = documentOf(database, collection, key)
      const fields = fieldsOf(database, collection, key, entry)
      const written = await unless(
        preconditionFailed,
        overwrite(database, document, fields, updateTimeOf(database, expected)),
      )
      return written ? versionOf(written.writeTime) : versionIfWritten(fields, await document.get())
    })
  }

  async put(collection: Collection, key: string, entry: Entry): Promise<void> {
    await this.#run(database => documentOf(database, collection, key).set(fieldsOf(database, collection, key, entry)))
  }

  delete(collection: Collection, key: string, expected?: string): Promise<boolean> {
    return this.#run(async database => {
      const document = documentOf(database, collection, key)
      if (expected === undefined) return Boolean(await document.delete())
      const lastUpdateTime = updateTimeOf(database, expected)
      return (await unless(preconditionFailed, document.delete({ lastUpdateTime }))) !== undefined
    })
  }

  /** The library would wait a second before it tries again: each attempt is a transaction of its own. */
  async transact<Outcome>(work: (transaction: Transaction) => Promise<Outcome>): Promise<Outcome> {
    let own: { readonly error: unknown } | undefined
    try {
      return await this.#run(async (database, signal) => {
        for await (const _ of attempts(this.#timeoutMs)) {
          signal.throwIfAborted()
          const attempt = database.firestore.runTransaction(
            transaction =>
              work(this.#transaction(database, transaction)).catch(error => {
                if (!(error instanceof StoreError)) own = { error }
                throw error
              }),
            { maxAttempts: 1 },
          )
          const outcome = await unlessContended(attempt)
          if (outcome) return outcome.value
        }
        throw new StoreError('contention', 'others kept writing the records of this transaction')
      })
    } catch (error) {
      throw own ? own.error : error
    }
  }

  /** Expired documents that have not been swept take up requests, not places. */
  find(collection: Collection, field: string, value: string, page: Page): Promise<readonly StoredRecord[]> {
    return this.#run(async (database, signal) => {
      const { limit, after } = checkPage(page)
      if (!collection.indexed.includes(field)) {
        throw new StoreError('invalid', `${collection.name} declares no indexed property ${field}`)
      }
      const query = database.firestore
        .collection(collection.name)
        .where(`indexed.${field}`, '==', checkIndexed(value))
        .orderBy(database.library.FieldPath.documentId())
        .limit(limit)
      const found: StoredRecord[] = []
      for (let last = after && recordId(after.key).id; !signal.aborted; ) {
        const { docs } = await (last === undefined ? query : query.startAfter(last)).get()
        found.push(...docs.flatMap(document => this.#live(document) ?? []))
        last = docs.at(-1)?.id
        if (docs.length < limit || found.length >= limit) return found.slice(0, limit)
      }
      throw signal.reason
    })
  }

  expired(collection: Collection, moment: number, page: Page): Promise<readonly StoredRecord[]> {
    return this.#run(async ({ firestore, library }) => {
      const { limit, after } = checkPage(page)
      const ordered = firestore
        .collection(collection.name)
        .where('expireAt', '<=', library.Timestamp.fromMillis(moment))
        .orderBy('expireAt')
        .orderBy(library.FieldPath.documentId())
        .limit(limit)
      const { docs } = await (after
        ? ordered.startAfter(library.Timestamp.fromMillis(after.expiresAt ?? 0), recordId(after.key).id)
        : ordered
      ).get()
      return docs.flatMap(document => recordOf(document) ?? [])
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const database = await this.#opening?.catch(() => undefined)
    await database?.firestore.terminate()
  }

  #transaction(database: FirestoreDatabase, transaction: FirestoreTransaction): Transaction {
    let writing = false
    return {
      get: async (collection, key) => {
        if (writing) throw new StoreError('invalid', 'a transaction reads before it writes')
        const snapshot = transaction.get(documentOf(database, collection, key))
        return this.#live(await snapshot.catch(error => Promise.reject(storeErrorOf(error))))
      },
      put: (collection, key, entry) => {
        writing = true
        transaction.set(documentOf(database, collection, key), fieldsOf(database, collection, key, entry))
      },
      delete: (collection, key) => {
        writing = true
        transaction.delete(documentOf(database, collection, key))
      },
    }
  }

  #live(snapshot: DocumentSnapshot): StoredRecord | undefined {
    const record = recordOf(snapshot)
    return record?.expiresAt !== undefined && record.expiresAt <= this.#clock() ? undefined : record
  }

  async #run<Outcome>(work: (database: FirestoreDatabase, signal: AbortSignal) => Promise<Outcome>): Promise<Outcome> {
    if (this.#closed) throw new StoreError('unavailable', 'the store is closed')
    try {
      return await withinDeadline(this.#timeoutMs, async signal => work(await this.#open(), signal))
    } catch (error) {
      throw storeErrorOf(error)
    }
  }

  #open(): Promise<FirestoreDatabase> {
    this.#opening ??= openDatabase(this.#name).catch(error => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }
}
