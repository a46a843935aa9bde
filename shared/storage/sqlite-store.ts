import type { Clock } from '../runtime/clock.ts'
import { attempts } from './attempts.ts'
import { checkIndexed, checkPage } from './bounds.ts'
import type { Collection } from './collection.ts'
import { transactOptimistically } from './optimistic.ts'
import { recordId } from './record-id.ts'
import { commit, isBusy, openDatabase, type SqliteDatabase, unavailable } from './sqlite-database.ts'
import { readRecord, recordOf, rowOf } from './sqlite-row.ts'
import type { Entry, Page, Store, StoredRecord, Transaction } from './store.ts'
import { StoreError } from './store-error.ts'

export type SqliteOptions = {
  readonly clock: Clock
  /** How long to wait for other processes that are writing. 3000 by default. */
  readonly timeoutMs?: number
}

/**
 * A store in one file, shared by any number of processes of one machine; or in this process alone, `:memory:`.
 * What a killed process has written stays; a power cut may cost the last moment's writes.
 *
 * node:sqlite works synchronously. So no statement waits long for another process's lock, as the event loop would stand
 * still: a busy database is tried again after a pause.
 */
export const sqliteStore = (path: string, options: SqliteOptions): Store => new SqliteStore(path, options)

class SqliteStore implements Store {
  readonly #path: string
  readonly #clock: Clock
  readonly #timeoutMs: number
  #opening: Promise<SqliteDatabase> | undefined
  #database: SqliteDatabase | undefined
  #closed = false

  constructor(path: string, { clock, timeoutMs = 3000 }: SqliteOptions) {
    this.#path = path
    this.#clock = clock
    this.#timeoutMs = timeoutMs
  }

  get(collection: Collection, key: string): Promise<StoredRecord | undefined> {
    return this.#run(({ statements }) => this.#live(readRecord(statements(collection), key)))
  }

  create(collection: Collection, key: string, entry: Entry): Promise<string | undefined> {
    return this.#run(({ statements }) => {
      const row = rowOf(collection, key, entry)
      const { changes } = statements(collection).create.run({ ...row, now: this.#clock() })
      return changes === 1 ? row.version : undefined
    })
  }

  replace(collection: Collection, key: string, expected: string, entry: Entry): Promise<string | undefined> {
    return this.#run(({ statements }) => {
      const { longKey: _, ...row } = rowOf(collection, key, entry)
      return statements(collection).replace.run({ ...row, expected }).changes === 1 ? row.version : undefined
    })
  }

  async put(collection: Collection, key: string, entry: Entry): Promise<void> {
    await this.#run(({ statements }) => statements(collection).put.run(rowOf(collection, key, entry)))
  }

  delete(collection: Collection, key: string, expected?: string): Promise<boolean> {
    return this.#run(({ statements }) => {
      const { id } = recordId(key)
      if (expected !== undefined) return statements(collection).deleteVersion.run({ id, expected }).changes === 1
      statements(collection).delete.run({ id })
      return true
    })
  }

  transact<Outcome>(work: (transaction: Transaction) => Promise<Outcome>): Promise<Outcome> {
    return transactOptimistically(work, {
      timeoutMs: this.#timeoutMs,
      read: (collection, key) => this.#run(({ statements }) => readRecord(statements(collection), key)),
      live: record => this.#live(record),
      commit: (reads, writes) => this.#run(database => commit(database, reads, writes)),
    })
  }

  find(collection: Collection, field: string, value: string, page: Page): Promise<readonly StoredRecord[]> {
    return this.#run(({ statements }) => {
      const { limit, after } = checkPage(page)
      const position = { after: after ? recordId(after.key).id : '', limit }
      const find = statements(collection).find(field)
      return find.all({ value: checkIndexed(value), now: this.#clock(), ...position }).map(row => recordOf(row))
    })
  }

  expired(collection: Collection, moment: number, page: Page): Promise<readonly StoredRecord[]> {
    return this.#run(({ statements }) => {
      const { limit, after } = checkPage(page)
      const position = { afterMoment: after?.expiresAt ?? -1, after: after ? recordId(after.key).id : '', limit }
      return statements(collection)
        .expired.all({ moment, ...position })
        .map(row => recordOf(row))
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const database = await this.#opening?.catch(() => undefined)
    database?.handle.close()
  }

  #live(record: StoredRecord | undefined): StoredRecord | undefined {
    return record?.expiresAt !== undefined && record.expiresAt <= this.#clock() ? undefined : record
  }

  async #run<Outcome>(work: (database: SqliteDatabase) => Outcome): Promise<Outcome> {
    // Mostly it is open and nobody is in the way.
    if (this.#database !== undefined && !this.#closed) {
      try {
        return work(this.#database)
      } catch (error) {
        throwUnlessBusy(error)
      }
    }
    for await (const _ of attempts(this.#timeoutMs)) {
      if (this.#closed) throw new StoreError('unavailable', 'the store is closed')
      try {
        this.#database = await this.#open()
        return work(this.#database)
      } catch (error) {
        throwUnlessBusy(error)
      }
    }
    throw new StoreError('contention', 'another process kept the database locked')
  }

  #open(): Promise<SqliteDatabase> {
    this.#opening ??= openDatabase(this.#path).catch(error => {
      this.#opening = undefined
      throw error
    })
    return this.#opening
  }
}

const throwUnlessBusy = (error: unknown): void => {
  if (error instanceof StoreError) throw error
  if (!isBusy(error)) throw unavailable(error)
}
