import { inspect } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { collection } from '../../../shared/storage/collection.ts'
import { firestoreStore } from '../../../shared/storage/firestore-store.ts'
import type { Store } from '../../../shared/storage/store.ts'
import { type Reply, type ScriptedFirestore, scriptedFirestore } from './scripted-firestore.ts'

/** What needs no Firestore. The contract is kept by the emulator: test/real/storage. */

const things = collection('things', 'owner')
const clock = () => Date.UTC(2026, 10, 20, 12)
const updateTime = '2026-11-20T11:59:00.123456Z'
const committed: Reply = { status: 200, body: { writeResults: [{ updateTime }], commitTime: updateTime } }
const found = (fields: object): Reply => ({
  status: 200,
  body: [{ found: { name: 'x/things/a', updateTime, fields } }],
})
const missing: Reply = { status: 200, body: [{ missing: 'projects/p/databases/d/documents/things/a' }] }

const text = (stringValue: string) => ({ stringValue })

/** As Firestore explains it: with the document's name. */
const error = (code: number, status: string) => ({
  error: { code, status, message: 'no such thing: things/secret-key' },
})
const refusal = (code: number, status: string): Reply => ({ status: code, body: error(code, status) })

const host = process.env.FIRESTORE_EMULATOR_HOST
let server: ScriptedFirestore

afterEach(() => {
  server.close()
  if (host === undefined) delete process.env.FIRESTORE_EMULATOR_HOST
  else process.env.FIRESTORE_EMULATOR_HOST = host
})

const storeAnswering = async (...replies: readonly Reply[]): Promise<Store> => {
  server = await scriptedFirestore(...replies)
  process.env.FIRESTORE_EMULATOR_HOST = server.host
  return firestoreStore('', { clock })
}

test.each<[string, Reply]>([
  ['was lost', 'lost'],
  ['breaks off', { status: 200, body: '{"writeResults": [' }],
  ['says unavailable', refusal(503, 'UNAVAILABLE')],
  ['says internal error', refusal(500, 'INTERNAL')],
  ['says too many', refusal(429, 'RESOURCE_EXHAUSTED')],
  ['says that others were in the way', refusal(409, 'ABORTED')],
  ['comes from a proxy', { status: 502, body: '<html>Bad Gateway' }],
])('sends the same once more when the answer %s', async (_, reply) => {
  const store = await storeAnswering(reply, committed)
  expect(await store.create(things, 'secret-key', { value: 1 })).toBe(updateTime)
  expect(server.requests).toHaveLength(2)
  expect(server.requests[1]).toEqual(server.requests[0])
})

test('sends a query once more when its answer ends in an error', async () => {
  const begun = { document: { name: 'x/things/a', updateTime, fields: { value: text('1'), write: text('w') } } }
  const store = await storeAnswering(
    { status: 200, body: [begun, error(503, 'UNAVAILABLE')] },
    { status: 200, body: [begun] },
  )
  expect(await store.find(things, 'owner', 'ann', { limit: 9 })).toEqual([{ key: 'a', value: 1, version: updateTime }])
  expect(server.requests).toHaveLength(2)
})

test.each([
  [503, 'UNAVAILABLE', 'unavailable'],
  [409, 'ABORTED', 'contention'],
  [504, 'DEADLINE_EXCEEDED', 'deadline'],
])('sends four times at most: %i %s is %s', async (status, name, code) => {
  const store = await storeAnswering(refusal(status, name))
  await expect(store.get(things, 'a')).rejects.toMatchObject({ name: 'StoreError', code })
  expect(server.requests).toHaveLength(4)
})

test.each([
  [400, 'INVALID_ARGUMENT'],
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [404, 'NOT_FOUND'],
  [400, 'FAILED_PRECONDITION'],
])('takes %i %s for an answer, and says so', async (status, name) => {
  for (const call of [
    (store: Store) => store.get(things, 'secret-key'),
    (store: Store) => store.put(things, 'secret-key', { value: 'secret-value' }),
    (store: Store) => store.delete(things, 'secret-key'),
    (store: Store) => store.find(things, 'owner', 'secret-value', { limit: 1 }),
  ]) {
    const failure = await call(await storeAnswering(refusal(status, name))).catch(error => error)
    expect(failure).toMatchObject({ code: 'unavailable', message: expect.stringContaining(name) })
    expect(inspect(failure, { depth: 9 })).not.toMatch(/secret|no such thing/)
    expect(server.requests).toHaveLength(1)
    server.close()
  }
})

test.each<[string, unknown]>([
  ['of nothing', []],
  ['of another form', { found: 'secret' }],
  ['with an error of another form', [{ error: 'secret' }]],
  ['with an error of another name', [{ error: { code: 404, status: 'secret' } }]],
  ['with a document of somebody else', [{ found: { name: 'x/things/a', updateTime, fields: { secret: text('1') } } }]],
  [
    'with a value of somebody else',
    [{ found: { name: 'x/things/a', updateTime, fields: { value: text('secret'), write: text('w') } } }],
  ],
])('does not take an answer %s for a missing record', async (_, body) => {
  const failure = await (await storeAnswering({ status: 200, body })).get(things, 'a').catch(error => error)
  expect(failure).toMatchObject({ name: 'StoreError', code: 'unavailable' })
  expect(inspect(failure, { depth: 9 })).not.toContain('secret')
})

test.each([
  [409, 'ALREADY_EXISTS'],
  [400, 'FAILED_PRECONDITION'],
  [404, 'NOT_FOUND'],
])('takes %i %s for the refusal of a version, and asks no further', async (status, name) => {
  const store = await storeAnswering(refusal(status, name))
  expect(await store.replace(things, 'a', updateTime, { value: 1 })).toBeUndefined()
  expect(await store.delete(things, 'a', updateTime)).toBe(false)
  expect(server.requests).toHaveLength(2)
})

test('does not doubt a refusal after others were in the way', async () => {
  const store = await storeAnswering(refusal(409, 'ABORTED'), refusal(400, 'FAILED_PRECONDITION'))
  expect(await store.delete(things, 'a', updateTime)).toBe(false)
})

test('does not say that a deletion found nothing when an earlier answer was lost', async () => {
  const store = await storeAnswering('lost', refusal(400, 'FAILED_PRECONDITION'))
  await expect(store.delete(things, 'a', updateTime)).rejects.toMatchObject({ code: 'unavailable' })
})

test('takes the place of just the expired record that it has read', async () => {
  const taken = refusal(409, 'ALREADY_EXISTS')
  const changed = refusal(400, 'FAILED_PRECONDITION')
  const record = { value: text('1'), write: text('w') }
  const expired = found({ ...record, expireAt: { timestampValue: '2026-11-20T12:00:00Z' } })
  const store = await storeAnswering(taken, expired, changed, taken, found(record))
  expect(await store.create(things, 'a', { value: 2 })).toBeUndefined()
  expect(JSON.parse(server.requests[2]?.body ?? '')).toMatchObject({ writes: [{ currentDocument: { updateTime } }] })
})

test('creates after all where a record was in the way and has gone', async () => {
  const store = await storeAnswering(refusal(409, 'ALREADY_EXISTS'), missing, committed)
  expect(await store.create(things, 'a', { value: 2 })).toBe(updateTime)
})

test('commits nothing for a transaction that has only read a record', async () => {
  const store = await storeAnswering(missing)
  expect(await store.transact(transaction => transaction.get(things, 'a'))).toBeUndefined()
  expect(server.requests).toHaveLength(1)
})

test('does not take an empty answer of another status for an empty list', async () => {
  const store = await storeAnswering({ status: 403, body: [] })
  await expect(store.find(things, 'owner', 'ann', { limit: 1 })).rejects.toMatchObject({ code: 'unavailable' })
})

test('keeps its connection, and keys out of the URL', async () => {
  const store = await storeAnswering(committed)
  for (const key of ['secret-a', 'secret-b', 'secret-c']) await store.put(things, key, { value: 1 })
  expect(server.connections()).toBe(1)
  for (const { url } of server.requests) expect(url).not.toContain('secret')
})

test('gives up at the deadline on a Firestore that does not answer', async () => {
  await storeAnswering('never')
  const store = firestoreStore('', { clock, timeoutMs: 50 })
  let runs = 0
  const calls = [
    store.get(things, 'a'),
    store.create(things, 'a', { value: 1 }),
    store.transact(async transaction => {
      runs += 1
      await transaction.get(things, 'a')
    }),
  ]
  for (const outcome of await Promise.allSettled(calls)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'StoreError', code: 'deadline' } })
  }
  expect(runs).toBe(1)
})

test('sends nothing more after the deadline', async () => {
  await storeAnswering(missing)
  const store = firestoreStore('', { clock, timeoutMs: 50 })
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const transaction = store.transact(async transaction => {
    await late
    transaction.put(things, 'a', { value: 1 })
  })
  await expect(transaction).rejects.toMatchObject({ code: 'deadline' })
  resolve()
  await store.get(things, 'a')
  expect(server.requests.map(({ url }) => url)).toEqual([expect.stringMatching(/:batchGet$/)])
})

test('gives up a transaction that others are always in the way of', async () => {
  await storeAnswering(missing, refusal(409, 'ALREADY_EXISTS'))
  const store = firestoreStore('', { clock, timeoutMs: 200 })
  let runs = 0
  const work = store.transact(async transaction => {
    runs += 1
    await transaction.get(things, 'a')
    transaction.put(things, 'a', { value: 1 })
  })
  await expect(work).rejects.toMatchObject({ code: expect.stringMatching(/^(contention|deadline)$/) })
  expect(runs).toBeGreaterThan(1)
})
