import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Clock } from '../../../shared/runtime/clock.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import type { Store } from '../../../shared/storage/store.ts'
import { identityContract } from './identity-contract.ts'

const directory = mkdtempSync(join(tmpdir(), 'identity-'))

afterAll(() => rmSync(directory, { recursive: true }))

const opened: Store[] = []

afterAll(() => Promise.all(opened.map(store => store.close())))

const opens = (path: () => string) => async (clock: Clock) => {
  const store = sqliteStore(path(), { clock })
  opened.push(store)
  return store
}

identityContract(
  'SQLite in memory',
  opens(() => ':memory:'),
)
identityContract(
  'SQLite in a file',
  opens(() => join(directory, `${randomUUID()}.db`)),
)
