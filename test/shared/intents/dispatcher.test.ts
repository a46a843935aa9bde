import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Reply } from '../../../shared/dialogflow/reply.ts'
import { defineIntent } from '../../../shared/intents/define-intent.ts'
import { createDispatcher } from '../../../shared/intents/dispatcher.ts'
import type { HandlerContext } from '../../../shared/intents/handler-context.ts'
import { createRegistry } from '../../../shared/intents/registry.ts'
import { dispatching, plain, say, says, sorry } from './dispatching.ts'
import { recordLog } from './recorded-log.ts'
import { cxTurn, esTurn } from './turns.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

type Handle = (context: HandlerContext) => Reply | Promise<Reply>

/** An idempotent intent, so that no storage is in play. */
const order = (handle: Handle) =>
  defineIntent({ displayName: 'Order', idempotent: true, handle: (_, context) => handle(context) })

const never = () => new Promise<never>(() => {})

const afterMs = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))

test('gives the turn to its handler, and the answer back', async () => {
  const intent = defineIntent({ displayName: 'Order', idempotent: true, handle: turn => say(`you said: ${turn.text}`) })
  const { dispatch, entries } = dispatching([intent])
  expect(plain(await dispatch(esTurn()))).toEqual({
    kind: 'answered',
    reply: says('you said: two, please'),
    intent: 'Order',
  })
  expect(entries).toEqual([])
})

test.each([
  ['ES', esTurn({ intent: 'Order', action: 'order' }), { displayName: 'Order', action: 'order' }],
  ['CX', cxTurn('order'), { tag: 'order' }],
  ['very long', esTurn({ intent: 'x'.repeat(9999) }), { displayName: 'x'.repeat(200), action: undefined }],
])('says nothing for an intent nobody handles, and names it in the log: %s', async (_, turn, names) => {
  const { dispatch, entries } = dispatching([])
  expect(plain(await dispatch(turn))).toEqual({ kind: 'unhandled', reply: { parts: [] }, intent: undefined })
  expect(entries).toEqual([
    { severity: 'WARNING', message: 'nobody handles this intent', fields: { intent: undefined, ...names } },
  ])
})

test.each([
  ['throws', () => Promise.reject(new TypeError('secret words'))],
  [
    'throws at once',
    () => {
      throw new TypeError('secret words')
    },
  ],
  ['forgets to return', () => JSON.parse('null')],
  ['returns something else', () => JSON.parse('{"text": "secret words"}')],
])('answers with the fallback for a handler that %s, and logs no words', async (_, handle) => {
  const { dispatch, entries } = dispatching([order(handle)])
  expect(plain(await dispatch(esTurn()))).toEqual({ kind: 'failed', reply: sorry, intent: 'Order' })
  expect(entries).toMatchObject([
    { severity: 'ERROR', message: 'handler failed', fields: { intent: 'Order', error: { name: 'TypeError' } } },
  ])
  expect(JSON.stringify(entries)).toContain('    at ')
  expect(JSON.stringify(entries)).not.toMatch(/secret|two, please/)
})

test('falls back on English, French, German and Spanish, or on what is configured', async () => {
  const intents = [order(() => Promise.reject(new Error()))]
  const texts = async (options = {}) => (await dispatching(intents, options).dispatch(esTurn())).reply.parts
  expect(await texts()).toMatchObject([
    {
      text: {
        en: expect.stringContaining('Sorry'),
        fr: expect.any(String),
        de: expect.any(String),
        es: expect.any(String),
      },
    },
  ])
  expect(await texts({ fallback: { it: 'Scusi' } })).toEqual([{ kind: 'text', text: { it: 'Scusi' } }])
})

test('gives the handler a log, a clock and the time that is left', async () => {
  const seen: number[] = []
  const intent = order(async ({ remainingMs, log, clock }) => {
    seen.push(remainingMs())
    await afterMs(1000)
    seen.push(remainingMs(), clock() - start)
    log('INFO', 'half done', { step: 1 })
    return say('done')
  })
  const start = Date.now()
  const { dispatch, entries } = dispatching([intent])
  const outcome = dispatch(esTurn(), { receivedAt: performance.now() - 500 })
  await vi.advanceTimersByTimeAsync(1000)
  expect(await outcome).toMatchObject({ kind: 'answered' })
  expect(seen).toEqual([4000, 3000, 1000])
  expect(entries).toEqual([{ severity: 'INFO', message: 'half done', fields: { intent: 'Order', step: 1 } }])
})

test('adds to the context what the function has for its handlers', async () => {
  type Context = HandlerContext & { readonly greeting: string }
  const intent = defineIntent<Context>({ tag: 'hi', idempotent: true, handle: (_, { greeting }) => say(greeting) })
  const registry = createRegistry([intent])
  if (!registry.ok) throw new Error()
  const dispatch = createDispatcher({
    registry: registry.value,
    contextFor: (context, turn) => ({ ...context, greeting: `hello ${turn.tag}` }),
    store: () => {
      throw new Error()
    },
    clock: Date.now,
    deadlineMs: 4500,
  })
  expect(plain(await dispatch(cxTurn('hi'), recordLog()))).toMatchObject({ reply: says('hello hi') })
})

test('answers with the fallback at the deadline, though the handler ignores the signal', async () => {
  let aborted: unknown
  const intent = order(async ({ signal, remainingMs }) => {
    signal.addEventListener('abort', () => {
      aborted = { reason: signal.reason.name, remainingMs: remainingMs() }
    })
    await afterMs(6000)
    return say('too late')
  })
  const { dispatch, said } = dispatching([intent])
  const outcome = dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(4499)
  expect(said()).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(plain(await outcome)).toEqual({ kind: 'late', reply: sorry, intent: 'Order' })
  expect(aborted).toEqual({ reason: 'TimeoutError', remainingMs: 0 })
  await vi.advanceTimersByTimeAsync(1500)
  expect(said()).toEqual(['WARNING no answer by the deadline', 'NOTICE late answer discarded'])
})

test('counts the deadline from when the request arrived', async () => {
  const { dispatch } = dispatching([order(never)])
  const outcome = dispatch(esTurn(), { receivedAt: performance.now() - 4000 })
  await vi.advanceTimersByTimeAsync(500)
  expect(await outcome).toMatchObject({ kind: 'late' })
})

test('is not fooled by a wall clock that jumps', async () => {
  const { dispatch } = dispatching([order(() => afterMs(2000).then(() => say('done')))])
  const outcome = dispatch(esTurn())
  vi.setSystemTime(Date.now() + 3_600_000)
  await vi.advanceTimersByTimeAsync(2000)
  expect(await outcome).toMatchObject({ kind: 'answered' })
})

test('is late, not failed, when the handler stops at the signal', async () => {
  const intent = order(
    ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  )
  const { dispatch, said } = dispatching([intent])
  const outcome = dispatch(esTurn())
  await vi.advanceTimersByTimeAsync(4500)
  expect(await outcome).toMatchObject({ kind: 'late' })
  expect(said()).toEqual(['WARNING handler failed', 'WARNING no answer by the deadline'])
})

test.each([
  ['before', 0],
  ['during', 1000],
])('tells an idempotent handler that the caller has left: %s', async (_, ms) => {
  const caller = new AbortController()
  let reason: unknown
  const intent = order(({ signal }) => {
    signal.addEventListener('abort', () => {
      reason = signal.reason
    })
    if (signal.aborted) reason = signal.reason
    return never()
  })
  const { dispatch, entries } = dispatching([intent])
  const leave = () => caller.abort('hung up')
  if (ms === 0) leave()
  else setTimeout(leave, ms)
  const outcome = dispatch(esTurn(), { signal: caller.signal })
  await vi.advanceTimersByTimeAsync(ms)
  expect(await outcome).toMatchObject({ kind: 'late' })
  expect(reason).toBe('hung up')
  expect(entries).toMatchObject([
    { severity: 'NOTICE', message: 'the caller left before there was an answer', fields: { waitedFor: 'the handler' } },
  ])
})

test('leaves no timer and no listener behind', async () => {
  const caller = new AbortController()
  const added = vi.spyOn(caller.signal, 'addEventListener')
  const removed = vi.spyOn(caller.signal, 'removeEventListener')
  const { dispatch } = dispatching([order(() => say('done'))])
  await dispatch(esTurn(), { signal: caller.signal })
  expect(vi.getTimerCount()).toBe(0)
  expect(removed.mock.calls).toEqual(added.mock.calls.map(([type, listener]) => [type, listener]))
})

test('opens no store for an idempotent handler, nor for an intent nobody handles', async () => {
  const store = vi.fn()
  const { dispatch } = dispatching([order(() => say('done'))], { store })
  await dispatch(esTurn())
  await dispatch(esTurn({ intent: 'Other' }))
  expect(store).not.toHaveBeenCalled()
})

test('runs a call unprotected that cannot be recognised when it comes again, and says so', async () => {
  const intent = defineIntent({ displayName: 'Order', handle: () => say('ordered') })
  const { dispatch, said } = dispatching([intent])
  expect(await dispatch(esTurn({ responseId: '' }))).toMatchObject({ kind: 'answered' })
  expect(await dispatch(esTurn({ session: '' }))).toMatchObject({ kind: 'answered' })
  const entry = 'NOTICE not answered once only: the body names no session or no response'
  expect(said()).toEqual([entry, entry])
})
