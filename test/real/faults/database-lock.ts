import { DatabaseSync } from 'node:sqlite'

/** Another process at the store: holds its lock for writing until it is let go. */
export const lockDatabase = (path: string): Disposable => {
  const database = new DatabaseSync(path)
  database.exec('BEGIN IMMEDIATE')
  return {
    [Symbol.dispose]: () => {
      database.exec('ROLLBACK')
      database.close()
    },
  }
}
