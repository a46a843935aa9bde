import { expect, test } from 'vitest'
import { callId } from '../../../shared/intents/call-id.ts'
import { cxTurn, esTurn } from './turns.ts'

test('is the same for a call and its retry', () => {
  expect(callId(esTurn())).toBe(callId(esTurn()))
})

test('is never the same for two calls', () => {
  const ids = [
    esTurn(),
    esTurn({ responseId: 'response-2' }),
    esTurn({ session: 'projects/agent-one/agent/sessions/bob' }),
    esTurn({ session: 'projects/agent-two/agent/sessions/alice' }),
    esTurn({ session: 'no documented form' }),
    cxTurn('order'),
    cxTurn('pay'),
    { ...esTurn(), callKey: 'the same' },
    { ...cxTurn('order'), callKey: 'the same' },
  ].map(callId)
  expect(new Set(ids).size).toBe(ids.length)
})

test('shows nothing of its parts, and is short however long they are', () => {
  expect(callId(esTurn({ responseId: 'r'.repeat(100_000) }))).toMatch(/^[\w-]{43}$/)
})

test.each([
  ['response', esTurn({ responseId: '' })],
  ['session', esTurn({ session: '' })],
])('is not there for a body that names no %s', (_, turn) => {
  expect(callId(turn)).toBeUndefined()
})
