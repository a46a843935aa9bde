import { afterEach, expect, test, vi } from 'vitest'
import { createNoteUse } from '../../../functions/webhook/note-use.ts'
import { parseTurn } from '../../../shared/dialogflow/parse-turn.ts'
import { hi } from './served-webhook.ts'

afterEach(() => {
  vi.useRealTimers()
})

const trust = { sessionTokens: { issuer: 'x', keys: { active: 'a', keys: new Map() } }, connectors: new Set<never>() }

const turn = () => {
  const parsed = parseTurn(hi)
  if (!parsed.ok) throw new Error(parsed.error.code)
  return parsed.value
}

/** A room of which only this much is asked. */
const noteUseWith = (seen: () => Promise<void>) => {
  const identity = Object.assign(Object.create(null), { seen })
  return createNoteUse({ identity, trust }, () => 0)
}

test('an answer waits a quarter of a second at most for a store that does not answer', async () => {
  vi.useFakeTimers()
  let isOver = false
  const noted = noteUseWith(() => new Promise(() => {}))(turn(), () => {}).then(() => {
    isOver = true
  })
  await vi.advanceTimersByTimeAsync(249)
  expect(isOver).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  await noted
})

test('an answer does not fail with a store that does', async () => {
  const said: string[] = []
  await noteUseWith(() => Promise.reject(new Error('down')))(
    turn(),
    (severity, message) => void said.push(`${severity} ${message}`),
  )
  expect(said).toEqual(['WARNING use of a channel account not noted: the store failed'])
})
