import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { collection } from '../../../shared/storage/collection.ts'
import { firestoreStore } from '../../../shared/storage/firestore-store.ts'

/** What needs no Firestore. The contract is kept by the emulator: test/real/storage. */

const things = collection('things')
const host = process.env.FIRESTORE_EMULATOR_HOST
let server: Server | undefined

afterEach(() => {
  server?.close()
  if (host === undefined) delete process.env.FIRESTORE_EMULATOR_HOST
  else process.env.FIRESTORE_EMULATOR_HOST = host
})

test('gives up at the deadline on a Firestore that does not answer', async () => {
  server = createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  process.env.FIRESTORE_EMULATOR_HOST = `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
  const store = firestoreStore('', { clock: Date.now, timeoutMs: 50 })
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
  expect(runs).toBeLessThanOrEqual(1)
})
