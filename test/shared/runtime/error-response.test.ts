import { expect, it } from 'vitest'
import { errorResponse } from '../../../shared/runtime/error-response.ts'

it.each([
  [400, 'INVALID_ARGUMENT'],
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  [405, 'INVALID_ARGUMENT'],
  [413, 'INVALID_ARGUMENT'],
  [415, 'INVALID_ARGUMENT'],
  [500, 'INTERNAL'],
  [503, 'UNAVAILABLE'],
] as const)('%i is answered in the shape of Google’s errors, as %s', (code, status) => {
  expect(JSON.parse(errorResponse(code))).toEqual({
    error: { code, status, message: expect.stringMatching(/^[A-Z].*\.$/) },
  })
})

it('has one byte a character, so that its length is its Content-Length', () => {
  for (const code of [400, 401, 403, 405, 413, 415, 500, 503] as const) {
    expect(Buffer.byteLength(errorResponse(code))).toBe(errorResponse(code).length)
  }
})
