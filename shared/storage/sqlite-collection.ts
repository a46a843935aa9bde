import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Collection } from './collection.ts'
import { StoreError } from './store-error.ts'

/** The prepared statements of one collection, which is one table. A field declared later is indexed at the next start. */
export type SqliteCollection = {
  /** By position, and its row an array: names for both, at each call, are a third of what it costs. */
  readonly read: StatementSync
  readonly create: StatementSync
  readonly replace: StatementSync
  readonly put: StatementSync
  readonly delete: StatementSync
  readonly deleteVersion: StatementSync
  readonly expired: StatementSync
  readonly find: (field: string) => StatementSync
}

const columns = 'id, long_key, value, version, expires_at'
const live = '(expires_at IS NULL OR expires_at > :now)'
const insert = `(${columns}) VALUES (:id, :longKey, :value, :version, :expiresAt)`
const overwrite = 'SET value = excluded.value, version = excluded.version, expires_at = excluded.expires_at'

export const prepareCollection = (database: DatabaseSync, { name, indexed }: Collection): SqliteCollection => {
  const table = `"${name}"`
  database.exec(`CREATE TABLE IF NOT EXISTS ${table} (
      id TEXT NOT NULL PRIMARY KEY, long_key TEXT, value TEXT NOT NULL, version TEXT NOT NULL, expires_at INTEGER) STRICT`)
  database.exec(
    `CREATE INDEX IF NOT EXISTS "${name}.expires_at" ON ${table} (expires_at, id) WHERE expires_at IS NOT NULL`,
  )
  for (const field of indexed) {
    // Without the records that lack the property: at each of their writes one more page would change, anywhere in the file.
    database.exec(`CREATE INDEX IF NOT EXISTS "${name}.value.${field}" ON ${table} (value ->> '$.${field}', id)
      WHERE value ->> '$.${field}' IS NOT NULL`)
  }
  const finders = new Map(
    indexed.map(field => [
      field,
      database.prepare(`SELECT ${columns} FROM ${table}
        WHERE value ->> '$.${field}' = :value AND id > :after AND ${live} ORDER BY id LIMIT :limit`),
    ]),
  )
  const read = database.prepare(`SELECT value, version, expires_at FROM ${table} WHERE id = ?`)
  read.setReturnArrays(true)
  return {
    read,
    create: database.prepare(
      `INSERT INTO ${table} ${insert} ON CONFLICT (id) DO UPDATE ${overwrite} WHERE NOT ${live}`,
    ),
    replace: database.prepare(`UPDATE ${table} SET value = :value, version = :version, expires_at = :expiresAt
      WHERE id = :id AND version = :expected`),
    put: database.prepare(`INSERT INTO ${table} ${insert} ON CONFLICT (id) DO UPDATE ${overwrite}`),
    delete: database.prepare(`DELETE FROM ${table} WHERE id = :id`),
    deleteVersion: database.prepare(`DELETE FROM ${table} WHERE id = :id AND version = :expected`),
    expired: database.prepare(`SELECT ${columns} FROM ${table}
      WHERE expires_at <= :moment AND (expires_at, id) > (:afterMoment, :after) ORDER BY expires_at, id LIMIT :limit`),
    find: field => {
      const statement = finders.get(field)
      if (statement === undefined) throw new StoreError('invalid', `${name} declares no indexed property ${field}`)
      return statement
    },
  }
}
