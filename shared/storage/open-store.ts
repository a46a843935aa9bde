import type { Clock } from '../runtime/clock.ts'
import { fail, ok, type Result } from '../runtime/result.ts'
import { firestoreStore } from './firestore-store.ts'
import { sqliteStore } from './sqlite-store.ts'
import type { Store } from './store.ts'

/** Where records are kept. */
export type StoreLocation =
  | { readonly kind: 'firestore' /** Empty: the default database. */; readonly database: string }
  | { readonly kind: 'sqlite' /** `:memory:`: in this process only. */; readonly path: string }

/**
 * Reads the value of `STORE`. The error says what is expected, for the configuration's report.
 * Database ids: https://docs.cloud.google.com/firestore/docs/manage-databases
 */
export const parseStoreLocation = (text: string): Result<StoreLocation, string> => {
  const [, kind, rest = ''] = /^(firestore|sqlite):(.*)$/.exec(text) ?? []
  if (kind === 'firestore' && /^(|\(default\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$/.test(rest)) {
    return ok({ kind, database: rest })
  }
  if (kind === 'sqlite' && rest !== '' && !rest.includes('\0')) return ok({ kind, path: rest })
  return fail('firestore:, firestore:DATABASE, sqlite:PATH or sqlite::memory:')
}

/** Opens at the first use: until then nothing that a database needs is loaded. */
export const openStore = (location: StoreLocation, options: { clock: Clock; timeoutMs?: number }): Store =>
  location.kind === 'firestore' ? firestoreStore(location.database, options) : sqliteStore(location.path, options)
