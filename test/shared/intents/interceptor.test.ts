import { expect, test, vi } from 'vitest'
import { defineIntent } from '../../../shared/intents/define-intent.ts'
import type { Interceptor } from '../../../shared/intents/interceptor.ts'
import { dispatching, plain, say, says, sorry } from './dispatching.ts'
import { memoryStore } from './stores.ts'
import { esTurn } from './turns.ts'

const fallbackIntent = defineIntent({ displayName: 'Fallback', idempotent: true, handle: () => say('what?') })
const typed = (text: string, responseId = 'response-1') => esTurn({ intent: 'Fallback', text, responseId })

/** Takes four digits; the code is right at the first try only. */
const signIn = () => {
  const handle = vi.fn<Interceptor['handle']>(async ({ text }) => (text === '1234' ? say('signed in') : undefined))
  return { concerns: turn => /^\d{4}$/.test(turn.text), handle } satisfies Interceptor
}

test('answers in the place of the handler', async () => {
  const store = await memoryStore()
  const { dispatch } = dispatching([fallbackIntent], { before: [signIn()], store: () => store })
  expect(plain(await dispatch(typed('1234')))).toEqual({
    kind: 'answered',
    reply: says('signed in'),
    intent: 'Fallback',
  })
})

test('leaves a turn to the next that it concerns, then to the handler', async () => {
  const store = await memoryStore()
  const [first, second] = [signIn(), signIn()]
  const { dispatch } = dispatching([fallbackIntent], { before: [first, second], store: () => store })
  expect(plain(await dispatch(typed('9999')))).toMatchObject({ reply: says('what?') })
  expect(first.handle.mock.invocationCallOrder[0]).toBeLessThan(second.handle.mock.invocationCallOrder[0] ?? 0)
  await dispatch(typed('1234', 'response-2'))
  expect(second.handle).toHaveBeenCalledOnce()
})

test('is not given a turn that does not concern it, and costs that turn no storage', async () => {
  const interceptor = signIn()
  const store = vi.fn()
  const { dispatch } = dispatching([fallbackIntent], { before: [interceptor], store })
  expect(plain(await dispatch(typed('hello')))).toMatchObject({ reply: says('what?') })
  expect(interceptor.handle).not.toHaveBeenCalled()
  expect(store).not.toHaveBeenCalled()
})

test('sees a turn of an intent nobody handles', async () => {
  const store = await memoryStore()
  const { dispatch, said } = dispatching([], { before: [signIn()], store: () => store })
  expect(await dispatch(typed('1234'))).toMatchObject({ kind: 'answered', intent: undefined })
  expect(await dispatch(typed('9999', 'response-2'))).toMatchObject({ kind: 'unhandled', reply: { parts: [] } })
  expect(said()).toEqual(['WARNING nobody handles this intent'])
})

test('acts once only, even before an idempotent handler', async () => {
  const store = await memoryStore()
  const interceptor = signIn()
  const { dispatch } = dispatching([fallbackIntent], { before: [interceptor], store: () => store })
  const outcomes = [await dispatch(typed('1234')), await dispatch(typed('1234'))].map(plain)
  expect(outcomes).toMatchObject([{ kind: 'answered' }, { kind: 'repeated', reply: says('signed in') }])
  expect(interceptor.handle).toHaveBeenCalledOnce()
})

test('answers with the fallback when it throws', async () => {
  const store = await memoryStore()
  const failing: Interceptor = { concerns: () => true, handle: () => Promise.reject(new Error()) }
  const { dispatch, said } = dispatching([fallbackIntent], { before: [failing], store: () => store })
  expect(plain(await dispatch(typed('1234')))).toEqual({ kind: 'failed', reply: sorry, intent: 'Fallback' })
  expect(said()).toEqual(['ERROR handler failed'])
})
