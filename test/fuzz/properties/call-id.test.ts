import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseTurn } from '../../../shared/dialogflow/parse-turn.ts'
import { callId } from '../../../shared/intents/call-id.ts'
import type { JsonObject } from '../../../shared/runtime/json.ts'
import { budget, TIMEOUT_MS } from './budget.ts'
import { codeUnit } from './code-unit.ts'

/** What tells calls apart, with characters that would run into each other if they were just joined. */
const part = fc.oneof(
  fc.constantFrom('a', 'b', 'a"', '"', ',', '","', '\\', ''),
  fc.string({ unit: codeUnit, maxLength: 4 }),
)

const esBody = ([session = '', responseId = '', name = '']: readonly string[]): JsonObject => ({
  session,
  responseId,
  queryResult: { intent: { name } },
})

const cxBody = ([
  session = '',
  detectIntentResponseId = '',
  tag = '',
  currentPage = '',
]: readonly string[]): JsonObject => ({
  detectIntentResponseId,
  sessionInfo: { session },
  fulfillmentInfo: { tag },
  pageInfo: { currentPage },
})

const idOf = (body: JsonObject): string | undefined => {
  const turn = parseTurn(body)
  return turn.ok ? callId(turn.value) : undefined
}

test.each([
  ['ES', esBody, 3],
  ['CX', cxBody, 4],
] as const)(
  'two calls of %s have one name exactly if they are one call',
  { timeout: TIMEOUT_MS },
  (_, bodyOf, length) => {
    const call = fc.array(part, { minLength: length, maxLength: length })
    const twoCalls = fc.oneof(
      fc.tuple(call, call),
      // The same characters, but the end of one part is the beginning of the next.
      fc
        .tuple(call, fc.integer({ min: 1, max: length - 2 }), fc.constantFrom(',', '","', '"', '\\"'))
        .map(([one, at, between]) => {
          const [before = '', after = ''] = one.slice(at)
          return [one.with(at, `${before}${between}x`), one.with(at, before || 'x').with(at + 1, `x${between}${after}`)]
        }),
      // Often alike but for one part.
      fc.tuple(call, fc.nat(length - 1), part).map(([one, at, changed]) => [one, one.with(at, changed)]),
    )
    fc.assert(
      fc.property(twoCalls, ([one = [], other = []]) => {
        const [id, otherId] = [idOf(bodyOf(one)), idOf(bodyOf(other))]
        if (one[0] === '' || one[1] === '') expect(id).toBeUndefined()
        else expect(id === otherId).toBe(one.every((text, at) => text === other[at]))
      }),
      budget(500),
    )
  },
)
