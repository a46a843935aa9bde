import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import { type Collection, collection } from '../../../shared/storage/collection.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import { contend } from './contend.ts'
import { storeContract } from './store-contract.ts'

const directory = mkdtempSync(join(tmpdir(), 'sqlite-store-'))
const clock = Date.now
const things = collection('things')

afterAll(() => rmSync(directory, { recursive: true }))

storeContract('SQLite in memory', now => {
  const store = sqliteStore(':memory:', { clock: now })
  return [store, store]
})

storeContract('SQLite in a file, two connections', now => {
  const path = join(directory, 'contract.db')
  return [sqliteStore(path, { clock: now }), sqliteStore(path, { clock: now })]
})

test('two processes that create the same records win each of them once', async () => {
  const keys = Array.from({ length: 100 }, (_, index) => `${index}`)
  expect(await contend(join(directory, 'contended.db'), keys)).toEqual(keys.map(() => 1))
})

test('keeps what was written when it is opened again', async () => {
  const path = join(directory, 'kept.db')
  const before = sqliteStore(path, { clock })
  await before.put(things, 'a', { value: 1 })
  await before.close()
  const after = sqliteStore(path, { clock })
  expect(await after.get(things, 'a')).toMatchObject({ value: 1 })
  await after.close()
})

test('finds older records by a property that is declared later', async () => {
  const path = join(directory, 'declared.db')
  const before = sqliteStore(path, { clock })
  await before.put(things, 'a', { value: { owner: 'ann' } })
  await before.close()
  const after = sqliteStore(path, { clock })
  expect(await after.find(collection('things', 'owner'), 'owner', 'ann', { limit: 1 })).toMatchObject([{ key: 'a' }])
  await after.close()
})

describe('while another process writes', () => {
  const locked = async (name: string, timeoutMs: number) => {
    const path = join(directory, name)
    const store = sqliteStore(path, { clock, timeoutMs })
    await store.put(things, 'a', { value: 1 })
    const elsewhere = new DatabaseSync(path)
    elsewhere.exec('BEGIN IMMEDIATE')
    return { store, elsewhere }
  }

  test('reads, and writes afterwards, and lets the process go on meanwhile', async () => {
    const { store, elsewhere } = await locked('busy.db', 5000)
    const writing = store.put(things, 'a', { value: 2 })
    expect(await store.get(things, 'a')).toMatchObject({ value: 1 })
    await setImmediate()
    elsewhere.exec('COMMIT')
    await writing
    expect(await store.get(things, 'a')).toMatchObject({ value: 2 })
    elsewhere.close()
    await store.close()
  })

  test.each<[string, (store: ReturnType<typeof sqliteStore>) => Promise<unknown>]>([
    ['create', store => store.create(things, 'b', { value: 1 })],
    ['a new collection', store => store.get(collection('others'), 'a')],
    ['transact', store => store.transact(async transaction => transaction.put(things, 'b', { value: 1 }))],
  ])('gives up in time: %s', async (name, write) => {
    const { store, elsewhere } = await locked(`locked ${name}.db`, 40)
    await expect(write(store)).rejects.toMatchObject({ name: 'StoreError', code: 'contention' })
    elsewhere.exec('ROLLBACK')
    await write(store)
    elsewhere.close()
    await store.close()
  })

  test('gives up on a transaction whose records never stand still', async () => {
    const store = sqliteStore(':memory:', { clock, timeoutMs: 40 })
    let runs = 0
    const work = store.transact(async transaction => {
      await transaction.get(things, 'a')
      runs += 1
      await store.put(things, 'a', { value: runs })
      transaction.put(things, 'a', { value: 'never' })
    })
    await expect(work).rejects.toMatchObject({ code: 'contention' })
    expect(runs).toBeGreaterThan(1)
    expect(await store.get(things, 'a')).toMatchObject({ value: runs })
    await store.close()
  })
})

test('a transaction that fails half-way leaves nothing behind', async () => {
  const path = join(directory, 'refusing.db')
  const store = sqliteStore(path, { clock })
  await store.put(things, 'a', { value: 1 })
  const elsewhere = new DatabaseSync(path)
  elsewhere.exec("CREATE TRIGGER refuse BEFORE INSERT ON things BEGIN SELECT RAISE(ABORT, 'no'); END")
  elsewhere.close()
  const work = store.transact(async transaction => {
    transaction.put(collection('others'), 'a', { value: 1 })
    transaction.put(things, 'b', { value: 1 })
  })
  await expect(work).rejects.toMatchObject({ code: 'unavailable' })
  expect(await store.get(collection('others'), 'a')).toBeUndefined()
  expect(await store.transact(async transaction => transaction.get(things, 'a'))).toMatchObject({ value: 1 })
  await store.close()
})

describe('a file that cannot be used', () => {
  test('is an error, and no longer one once it can be', async () => {
    const folder = join(directory, 'later')
    const store = sqliteStore(join(folder, 'store.db'), { clock })
    await expect(store.get(things, 'a')).rejects.toMatchObject({
      code: 'unavailable',
      message: 'SQLite cannot be used: unable to open database file',
    })
    mkdirSync(folder)
    expect(await store.get(things, 'a')).toBeUndefined()
    await store.close()
  })

  test('is an error that does not show the record', async () => {
    const path = join(directory, 'foreign.db')
    const foreign = new DatabaseSync(path)
    foreign.exec('CREATE TABLE things (id TEXT NOT NULL PRIMARY KEY, expires_at)')
    foreign.close()
    const store = sqliteStore(path, { clock })
    const error: unknown = await store.put(things, 'the key', { value: 'the value' }).catch(caught => caught)
    expect(error).toMatchObject({ code: 'unavailable' })
    expect(String(error)).not.toMatch(/the (key|value)/)
    await store.close()
  })
})

test('the queries of find and of the purge are answered from an index, in order', async () => {
  const path = join(directory, 'plan.db')
  const store = sqliteStore(path, { clock })
  const owned: Collection = collection('things', 'owner')
  await store.put(owned, 'a', { value: { owner: 'ann' } })
  await store.close()
  const database = new DatabaseSync(path)
  const plan = (sql: string) =>
    database
      .prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map(({ detail }) => detail)
  expect(
    plan(`SELECT value FROM things WHERE value ->> '$.owner' = 'ann' AND id > 'a'
    AND (expires_at IS NULL OR expires_at > 5) ORDER BY id LIMIT 9`),
  ).toEqual(['SEARCH things USING INDEX things.value.owner (<expr>=? AND id>?)'])
  expect(
    plan(`SELECT value FROM things WHERE expires_at <= 5 AND (expires_at, id) > (1, 'a')
    ORDER BY expires_at, id LIMIT 9`),
  ).toEqual(['SEARCH things USING INDEX things.expires_at ((expires_at,id)>(?,?) AND expires_at<?)'])
  // The index would do if it held those without an owner too.
  expect(plan(`SELECT id FROM things ORDER BY value ->> '$.owner', id`)).not.toContainEqual(
    expect.stringContaining('INDEX'),
  )
  database.close()
})
