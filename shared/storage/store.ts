import type { JsonValue } from '../runtime/json.ts'
import type { Collection } from './collection.ts'

/** What a caller writes. */
export type Entry = {
  /** At most `maxValueBytes` as JSON. A property the collection declares as indexed is a string, null or left out. */
  readonly value: JsonValue
  /** Milliseconds since the epoch. From then on the record is not there, whether or not the database has swept it yet. */
  readonly expiresAt?: number
}

/** What a caller reads. Spread it to write it back: `{ ...record, value }` keeps its expiry. */
export type StoredRecord = Entry & {
  readonly key: string
  /** Opaque; never the same for two writes, not even when a key is created again. */
  readonly version: string
}

/** Which part of a list: at most `limit` records (1 to `maxPageSize`), those that follow the last record of the page before. */
export type Page = {
  readonly limit: number
  readonly after?: Pick<StoredRecord, 'key' | 'expiresAt'>
}

/**
 * Records addressed by collection and key, in a database that several processes share.
 *
 * Opening one loads nothing: what its database needs is loaded at the first use, off the start-up path.
 * Keys are any well-formed text; limits are in record-id.ts and bounds.ts. What the database refuses, or does not answer
 * in time, is thrown as a {@link StoreError}; a write that ended so may have happened or not.
 */
export interface Store {
  get(collection: Collection, key: string): Promise<StoredRecord | undefined>

  /** Writes only where no live record is: of any number of callers at once, one wins. Resolves to the version written, else undefined. */
  create(collection: Collection, key: string, entry: Entry): Promise<string | undefined>

  /**
   * Writes only over the record of this version. Resolves to the version written, else undefined. The version alone
   * decides: a record that has expired since it was read, and that nobody has touched, is replaced.
   */
  replace(collection: Collection, key: string, version: string, entry: Entry): Promise<string | undefined>

  /** Writes, whatever was there. */
  put(collection: Collection, key: string, entry: Entry): Promise<void>

  /**
   * Deletes, expired records too. With a version, only the record of this version; resolves to false if that one is no
   * longer there. Without, always resolves to true.
   */
  delete(collection: Collection, key: string, version?: string): Promise<boolean>

  /**
   * Reads some records, then writes some, all or nothing, as if nobody else wrote meanwhile. `work` runs again when somebody
   * did, so it has no effects of its own; after some attempts a `contention` error is thrown. What `work` throws undoes it.
   * For a lease or a counter of one record, {@link create} and {@link replace} are much cheaper.
   */
  transact<Outcome>(work: (transaction: Transaction) => Promise<Outcome>): Promise<Outcome>

  /** The live records whose indexed field has this value, in a fixed order of keys. Fewer than `limit`: there are no more. */
  find<Field extends string>(
    collection: Collection<Field>,
    field: NoInfer<Field>,
    value: string,
    page: Page,
  ): Promise<readonly StoredRecord[]>

  /** The records that have expired at `moment` (ms since the epoch) and are still held, first expired first. For the purge. */
  expired(collection: Collection, moment: number, page: Page): Promise<readonly StoredRecord[]>

  close(): Promise<void>
}

/** Writes happen when `work` has resolved, so no read could show them: all reads come before the first write, a later one throws. */
export interface Transaction {
  get(collection: Collection, key: string): Promise<StoredRecord | undefined>
  put(collection: Collection, key: string, entry: Entry): void
  delete(collection: Collection, key: string): void
}
