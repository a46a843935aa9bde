import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { reply } from '../../../shared/dialogflow/reply.ts'
import { defineIntent } from '../../../shared/intents/define-intent.ts'
import type { Store } from '../../../shared/storage/store.ts'
import { StoreError } from '../../../shared/storage/store-error.ts'
import { dispatching, plain, say, says, sorry } from './dispatching.ts'
import { afterMs, memoryStore, never, withFaults } from './stores.ts'
import { esTurn } from './turns.ts'

let store: Store
beforeEach(async () => {
  vi.useFakeTimers()
  store = await memoryStore()
})
afterEach(() => {
  vi.useRealTimers()
})

const fails = async () => {
  throw new StoreError('unavailable', 'the disk is full')
}

const ordering = (handle = async () => say('ordered')) => {
  const order = vi.fn(handle)
  return { order, intents: [defineIntent({ displayName: 'Order', handle: order })] }
}

const apology = { kind: 'failed', reply: sorry, intent: 'Order' }
const answered = { kind: 'answered', reply: says('ordered'), intent: 'Order' }

test.each<[string, () => Store]>([
  [
    'cannot be opened',
    () => {
      throw new StoreError('unavailable', 'no such path')
    },
  ],
  ['takes no lease', () => withFaults(store, { create: fails })],
  ['cannot say who holds the lease', () => withFaults(store, { create: async () => undefined, get: fails })],
])('does not run the handler when the store %s, and says so at once', async (_, open) => {
  const { order, intents } = ordering()
  const { dispatch, entries } = dispatching(intents, { store: open })
  expect(plain(await dispatch(esTurn()))).toEqual(apology)
  expect(order).not.toHaveBeenCalled()
  const error = { name: 'StoreError', code: 'unavailable' }
  expect(entries).toMatchObject([
    { severity: 'ERROR', message: 'handler not run: the store failed', fields: { intent: 'Order', error } },
  ])
})

test('is itself again when the store is', async () => {
  const { intents } = ordering()
  const create = vi.fn<Store['create']>((...args) => store.create(...args)).mockImplementationOnce(fails)
  const { dispatch } = dispatching(intents, { store: () => withFaults(store, { create }) })
  expect(plain(await dispatch(esTurn()))).toEqual(apology)
  expect(plain(await dispatch(esTurn()))).toEqual(answered)
})

test.each<[string, Partial<Store>, string]>([
  ['gives no lease', { create: never }, 'the store'],
  ['does not say who holds it', { create: async () => undefined, get: never }, 'the store'],
])('apologises at the deadline when the store hangs and %s', async (_, faults, waitedFor) => {
  const { order, intents } = ordering()
  const { dispatch, entries } = dispatching(intents, { store: () => withFaults(store, faults) })
  const outcome = dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(4500)
  expect(plain(await outcome)).toEqual({ ...apology, kind: 'late' })
  expect(order).not.toHaveBeenCalled()
  expect(entries).toMatchObject([{ message: 'no answer by the deadline', fields: { waitedFor } }])
})

test('does not start the handler when the lease comes after the deadline, but lets the retry do so', async () => {
  const { order, intents } = ordering()
  const create = vi
    .fn<Store['create']>((...args) => store.create(...args))
    .mockImplementationOnce((...args) => afterMs(4600).then(() => store.create(...args)))
  const { dispatch } = dispatching(intents, { store: () => withFaults(store, { create }) })
  const first = dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(4600)
  expect(await first).toMatchObject({ kind: 'late' })
  await vi.advanceTimersByTimeAsync(100)
  expect(order).not.toHaveBeenCalled()
  const retry = dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(2700)
  expect(plain(await retry)).toEqual(answered)
  expect(order).toHaveBeenCalledOnce()
})

test('has a duplicate with more time try again when the first has given up', async () => {
  const { order, intents } = ordering()
  const create = vi.fn<Store['create']>((...args) => store.create(...args)).mockImplementationOnce(never)
  const { dispatch } = dispatching(intents, { store: () => withFaults(store, { create }) })
  const first = dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(1000)
  const second = dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(3500)
  expect(await first).toMatchObject({ kind: 'late' })
  expect(plain(await second)).toEqual(answered)
  expect(order).toHaveBeenCalledOnce()
})

test('gives the answer that the store did not take, and warns that a retry may run the handler again', async () => {
  const { intents } = ordering()
  const broken = withFaults(store, { replace: fails, transact: fails })
  const { dispatch, said } = dispatching(intents, { store: () => broken })
  expect(plain(await dispatch(esTurn()))).toEqual(answered)
  expect(said()).toEqual(['ERROR answer not stored: a retry may run the handler again'])
})

test('gives the answer at the deadline when the store hangs over keeping it, to a duplicate too', async () => {
  const { intents, order } = ordering()
  const { dispatch, said } = dispatching(intents, { store: () => withFaults(store, { replace: never }) })
  const outcomes = Promise.all([dispatch(esTurn()), dispatch(esTurn())])
  await vi.advanceTimersByTimeAsync(4500)
  expect((await outcomes).map(plain)).toEqual([answered, { ...answered, kind: 'repeated' }])
  expect(order).toHaveBeenCalledOnce()
  expect(said()).toEqual([])
})

test.each<[string, (replace: () => Promise<string | undefined>) => Promise<string | undefined>]>([
  ['is slow to reach the store', replace => afterMs(1000).then(replace)],
  ['is slow to come back', replace => replace().then(version => afterMs(1000).then(() => version))],
])('stores the answer, without false alarm, while a renewal of the lease %s', async (_, slowly) => {
  const { intents } = ordering(() => afterMs(1000).then(() => say('ordered')))
  const replace = vi
    .fn<Store['replace']>((...args) => store.replace(...args))
    .mockImplementationOnce((...args) => slowly(() => store.replace(...args)))
  const { dispatch, said } = dispatching(intents, { store: () => withFaults(store, { replace }) })
  const outcome = dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(2000)
  expect(plain(await outcome)).toEqual(answered)
  expect(plain(await dispatch(esTurn()))).toEqual({ ...answered, kind: 'repeated' })
  expect(said()).toEqual([])
  expect(vi.getTimerCount()).toBe(0)
})

test('renews the lease no more while the answer is being stored', async () => {
  const { intents } = ordering()
  const replace = vi
    .fn<Store['replace']>((...args) => store.replace(...args))
    .mockImplementationOnce((...args) => store.replace(...args).then(version => afterMs(2000).then(() => version)))
  const { dispatch, said } = dispatching(intents, { store: () => withFaults(store, { replace }) })
  const outcome = dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(2000)
  expect(plain(await outcome)).toEqual(answered)
  expect(said()).toEqual([])
})

test('keeps the lease through a renewal that fails', async () => {
  const { intents, order } = ordering(() => afterMs(3500).then(() => say('ordered')))
  const replace = vi.fn<Store['replace']>((...args) => store.replace(...args)).mockImplementationOnce(fails)
  const one = dispatching(intents, { store: () => withFaults(store, { replace }) })
  const two = dispatching(intents, { store: () => store })
  const outcomes = Promise.all([one.dispatch(esTurn()), two.dispatch(esTurn())])
  await vi.advanceTimersByTimeAsync(4000)
  expect((await outcomes).map(plain)).toEqual([answered, { ...answered, kind: 'repeated' }])
  expect(order).toHaveBeenCalledOnce()
  expect(one.said()).toEqual(['WARNING lease not renewed: the store failed'])
})

test('gives a retry the fallback for an answer too large to be stored', async () => {
  const payload = { text: 'x'.repeat(300_000) }
  const { order, intents } = ordering(async () => reply().payload(payload))
  const { dispatch, said } = dispatching(intents, { store: () => store })
  expect(await dispatch(esTurn())).toMatchObject({ kind: 'answered', reply: { parts: [{ payload }] } })
  expect(plain(await dispatch(esTurn()))).toEqual({ kind: 'repeated', reply: sorry, intent: 'Order' })
  expect(order).toHaveBeenCalledOnce()
  expect(said()).toEqual(['ERROR answer not stored: a retry gets the fallback'])
})
