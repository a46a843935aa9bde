import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Reply } from '../../../shared/dialogflow/reply.ts'
import { answers } from '../../../shared/intents/answers.ts'
import { callId } from '../../../shared/intents/call-id.ts'
import { defineIntent } from '../../../shared/intents/define-intent.ts'
import type { HandlerContext } from '../../../shared/intents/handler-context.ts'
import { keepMs, leaseMs, takeLease } from '../../../shared/intents/lease.ts'
import { collection } from '../../../shared/storage/collection.ts'
import { type Keyring, parseKeyring } from '../../../shared/storage/keyring.ts'
import type { Store } from '../../../shared/storage/store.ts'
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

const clock = () => Date.now()
const id = callId(esTurn()) ?? ''

/** Order numbers: the second run of the handler says 2. */
const counting = (before: (context: HandlerContext) => Promise<unknown> = async () => {}) => {
  const runs = { started: 0 }
  const handle = async (_: unknown, context: HandlerContext): Promise<Reply> => {
    runs.started += 1
    const number = runs.started
    await before(context)
    return say(`order ${number}`)
  }
  return { runs, intents: [defineIntent({ displayName: 'Order', handle })] }
}

const answered = { kind: 'answered', reply: says('order 1'), intent: 'Order' }
const repeated = { kind: 'repeated', reply: says('order 1'), intent: 'Order' }

test('gives a retry the first answer, in the same process and in another', async () => {
  const { runs, intents } = counting()
  const one = dispatching(intents, { store: () => store })
  const two = dispatching(intents, { store: () => store })
  expect(plain(await one.dispatch(esTurn()))).toEqual(answered)
  expect(plain(await one.dispatch(esTurn()))).toEqual(repeated)
  expect(plain(await two.dispatch(esTurn()))).toEqual(repeated)
  expect(runs.started).toBe(1)
  expect([...one.entries, ...two.entries]).toEqual([])
})

const newKeyring = (): Keyring => {
  const parsed = parseKeyring(JSON.stringify({ active: 'one', keys: { one: randomBytes(32).toString('base64') } }))
  if (!parsed.ok) throw new Error('a keyring that does not parse')
  return parsed.value
}

test('keeps answers encrypted where there is a keyring, and reads them in another process', async () => {
  const { runs, intents } = counting()
  const keyring = newKeyring()
  const one = dispatching(intents, { store: () => store, keyring })
  const two = dispatching(intents, { store: () => store, keyring })
  expect(plain(await one.dispatch(esTurn()))).toEqual(answered)
  expect(JSON.stringify((await store.get(answers, id))?.value)).toMatch(/^\{"sealed":"one\.[\w-]+"\}$/)
  expect(plain(await two.dispatch(esTurn()))).toEqual(repeated)
  expect(runs.started).toBe(1)
})

test('does not run a handler again whose answer does not decrypt', async () => {
  const { runs, intents } = counting()
  const one = dispatching(intents, { store: () => store, keyring: newKeyring() })
  const two = dispatching(intents, { store: () => store, keyring: newKeyring() })
  await one.dispatch(esTurn())
  const outcome = two.dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(4500)
  expect(await outcome).toMatchObject({ kind: 'late' })
  expect(runs.started).toBe(1)
})

test('merges fifty duplicates in flight into one run and one lease', async () => {
  const { runs, intents } = counting(() => afterMs(100))
  const create = vi.fn<Store['create']>((...args) => store.create(...args))
  const { dispatch } = dispatching(intents, { store: () => withFaults(store, { create }) })
  const outcomes = Promise.all(Array.from({ length: 50 }, () => dispatch(esTurn())))
  await vi.advanceTimersByTimeAsync(100)
  const kinds = (await outcomes).map(outcome => plain(outcome))
  expect(kinds[0]).toEqual(answered)
  expect(kinds.slice(1)).toEqual(Array(49).fill(repeated))
  expect(runs.started).toBe(1)
  expect(create).toHaveBeenCalledOnce()
})

test('has the other process wait for the answer, for as long as the handler takes', async () => {
  const { runs, intents } = counting(() => afterMs(4000))
  const create = vi.fn<Store['create']>((...args) => store.create(...args))
  const one = dispatching(intents, { store: () => store })
  const two = dispatching(intents, { store: () => withFaults(store, { create }) })
  const outcomes = Promise.all([one.dispatch(esTurn()), two.dispatch(esTurn())])
  await vi.advanceTimersByTimeAsync(4300)
  expect((await outcomes).map(plain)).toEqual([answered, repeated])
  expect(runs.started).toBe(1)
  // The other process writes no more than this: it reads until the answer is there.
  expect(create).toHaveBeenCalledOnce()
})

test('lets the other process apologise at its own deadline, and look no more', async () => {
  const { intents } = counting(never)
  const get = vi.fn<Store['get']>((...args) => store.get(...args))
  const one = dispatching(intents, { store: () => store })
  const two = dispatching(intents, { store: () => withFaults(store, { get }) })
  void one.dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(1000)
  const outcome = two.dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(4500)
  expect(plain(await outcome)).toEqual({ kind: 'late', reply: sorry, intent: 'Order' })
  expect(two.entries).toMatchObject([
    { severity: 'WARNING', message: 'no answer by the deadline', fields: { waitedFor: 'another process' } },
  ])
  await vi.advanceTimersByTimeAsync(500)
  get.mockClear()
  await vi.advanceTimersByTimeAsync(1000)
  expect(get).not.toHaveBeenCalled()
})

test.each([
  ['response', esTurn({ responseId: 'response-2' })],
  ['session', esTurn({ session: 'projects/agent-one/agent/sessions/bob' })],
  ['agent', esTurn({ session: 'projects/agent-two/agent/sessions/alice' })],
])('is another call when it is of another %s', async (_, other) => {
  const { intents } = counting()
  const { dispatch } = dispatching(intents, { store: () => store })
  await dispatch(esTurn())
  expect(plain(await dispatch(other))).toEqual({ ...answered, reply: says('order 2') })
})

test('does not run a handler again that failed: to fail was its answer', async () => {
  const { runs, intents } = counting(() => Promise.reject(new Error('no stock')))
  const { dispatch, said } = dispatching(intents, { store: () => store })
  expect(plain(await dispatch(esTurn()))).toEqual({ kind: 'failed', reply: sorry, intent: 'Order' })
  expect(plain(await dispatch(esTurn()))).toEqual({ kind: 'repeated', reply: sorry, intent: 'Order' })
  expect(runs.started).toBe(1)
  expect(said()).toEqual(['ERROR handler failed'])
})

test('gives the retry what the handler answers after the deadline of the first call', async () => {
  const { runs, intents } = counting(() => afterMs(8500))
  const one = dispatching(intents, { store: () => store })
  const two = dispatching(intents, { store: () => store })
  const first = one.dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(5000)
  expect(await first).toMatchObject({ kind: 'late' })
  const retries = Promise.all([one.dispatch(esTurn()), two.dispatch(esTurn())])
  await vi.advanceTimersByTimeAsync(4000)
  expect((await retries).map(plain)).toEqual([repeated, repeated])
  expect(plain(await two.dispatch(esTurn()))).toEqual(repeated)
  expect(runs.started).toBe(1)
  expect(one.said()).toEqual(['WARNING no answer by the deadline', 'NOTICE late answer kept for a retry'])
})

test('lets the handler go on when the caller has left: the retry comes for its answer', async () => {
  const { runs, intents } = counting(async ({ signal }) => {
    await afterMs(2000)
    signal.throwIfAborted()
  })
  const caller = new AbortController()
  const { dispatch, said } = dispatching(intents, { store: () => store })
  const first = dispatch(esTurn(), { signal: caller.signal })
  await vi.advanceTimersByTimeAsync(500)
  caller.abort()
  expect(await first).toMatchObject({ kind: 'late' })
  const retry = dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(1500)
  expect(plain(await retry)).toEqual(repeated)
  expect(runs.started).toBe(1)
  expect(said()).toEqual(['NOTICE the caller left before there was an answer', 'NOTICE late answer kept for a retry'])
})

test('aborts the signal of the run at its deadline', async () => {
  const { intents } = counting(
    ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  )
  const { dispatch, said } = dispatching(intents, { store: () => store })
  const outcome = dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(4500)
  expect(await outcome).toMatchObject({ kind: 'late' })
  await vi.advanceTimersByTimeAsync(1)
  expect(said()).toEqual(['WARNING no answer by the deadline', 'WARNING handler failed'])
})

test('runs the handler when the process that had the call has died', async () => {
  await takeLease({ store, clock }, id)
  const { runs, intents } = counting()
  const { dispatch } = dispatching(intents, { store: () => store })
  const outcome = dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(leaseMs - 1)
  expect(runs.started).toBe(0)
  await vi.advanceTimersByTimeAsync(700)
  expect(plain(await outcome)).toEqual(answered)
})

test('gives a handler up that never comes back, when nobody can be waiting for it', async () => {
  const { runs, intents } = counting(never)
  const { dispatch } = dispatching(intents, { store: () => store })
  void dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(2 * 4500 + leaseMs)
  void dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(0)
  expect(runs.started).toBe(2)
})

test('gives everybody the answer stored first, when a process that stood still lost its call', async () => {
  const { runs, intents } = counting(() => afterMs(4000))
  const frozen = dispatching(intents, { store: () => withFaults(store, { replace: async () => undefined }) })
  const other = dispatching(intents, { store: () => store })
  const outcomes = Promise.all([frozen.dispatch(esTurn()), other.dispatch(esTurn())])
  await vi.advanceTimersByTimeAsync(4500)
  expect((await outcomes).map(plain)).toMatchObject([answered, { kind: 'late' }])
  await vi.advanceTimersByTimeAsync(4500)
  expect(plain(await other.dispatch(esTurn()))).toEqual(repeated)
  expect(runs.started).toBe(2)
  expect(frozen.said()).toEqual(['WARNING lease lost: another process may run the handler too'])
  expect(other.said().sort()).toEqual([
    'WARNING handler run twice: the answer stored first counts',
    'WARNING lease lost: another process may run the handler too',
    'WARNING no answer by the deadline',
  ])
})

test('leaves no timer behind', async () => {
  const { intents } = counting()
  const { dispatch } = dispatching(intents, { store: () => store })
  await dispatch(esTurn())
  expect(vi.getTimerCount()).toBe(0)
})

test('keeps nothing but the reply, under a hash, for five minutes', async () => {
  const { runs, intents } = counting()
  const { dispatch } = dispatching(intents, { store: () => store })
  await dispatch(esTurn())
  const answers = collection('answers')
  const records = await store.expired(answers, clock() + keepMs, { limit: 10 })
  expect(records).toMatchObject([{ key: id, value: says('order 1'), expiresAt: clock() + 300_000 }])
  vi.setSystemTime(clock() + keepMs - 1)
  await dispatch(esTurn())
  expect(runs.started).toBe(1)
  vi.setSystemTime(clock() + 1)
  await dispatch(esTurn())
  expect(runs.started).toBe(2)
})
