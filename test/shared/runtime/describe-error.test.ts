import { expect, test } from 'vitest'
import { describeError } from '../../../shared/runtime/describe-error.ts'

const text = 'my card is 4111 1111 1111 1111'

/** Its stack was read, and thereby written, before its message changed. */
const changed = new Error(`first\n    at ${text}`)
changed.stack?.toString()
changed.message = 'changed'

const withCode = (code: unknown) => Object.assign(new Error(text), { code })

test('tells name, code, stack and cause, and nothing of a message', () => {
  class PaymentError extends Error {
    override readonly name = 'PaymentError'
  }
  const described = describeError(
    Object.assign(new PaymentError(text, { cause: withCode('ECONNREFUSED') }), { code: 7 }),
  )
  expect(described).toMatchObject({ name: 'PaymentError', code: 7, cause: { name: 'Error', code: 'ECONNREFUSED' } })
  expect(described.stack).toMatch(/^ {4}at .*describe-error\.test\.ts/)
  expect(JSON.stringify(described)).not.toContain('4111')
})

test.each([
  ['several lines', new Error(`first\n${text}`)],
  ['lines that look like frames', new Error(`first\n    at ${text} (file.ts:1:2)`)],
  ['a message changed later', changed],
  ['no message', new Error()],
  ['no stack', Object.assign(new Error(text), { stack: undefined })],
  ['a sentence as its code', withCode(text)],
  ['an object as its code', withCode({ text })],
  ['a string thrown', text],
  ['an object thrown', { message: text, stack: text }],
  ['nothing thrown', undefined],
])('keeps words out of the log: %s', (_, error) => {
  expect(JSON.stringify(describeError(error))).not.toContain('card')
})

test('ends where causes go round in a circle', () => {
  const error = new Error('a')
  error.cause = error
  expect(JSON.stringify(describeError(error)).match(/"cause"/g)).toHaveLength(2)
})
