import { describe, expect, it } from 'vitest'
import { bearerToken } from '../../../shared/verification/bearer-token.ts'
import { headersWith, refusalOf } from './call.ts'

const refusal = (authorization: string | readonly string[] | undefined) => {
  const headers = headersWith({ Authorization: authorization })
  return refusalOf(bearerToken(headers), { headers })
}

describe('the bearer token', () => {
  it.each(['Bearer abc.def.ghi', 'bearer abc.def.ghi', 'BEARER   abc.def.ghi'])('is that of %j', authorization => {
    expect(bearerToken(headersWith({ Authorization: authorization }))).toEqual({ ok: true, value: 'abc.def.ghi' })
  })

  it.each(['abc', 'a-._~+/z', 'abc=='])('may have every character of a b64token (RFC 6750 §2.1): %s', token => {
    expect(bearerToken(headersWith({ Authorization: `Bearer ${token}` }))).toEqual({ ok: true, value: token })
  })

  it.each([undefined, ''])('is missing without credentials: %j', authorization => {
    expect(refusal(authorization)).toEqual({ code: 'token_missing' })
  })

  it.each([
    ['the same twice', ['Bearer abc', 'Bearer abc']],
    ['user name and password beside it', ['Basic dXNlcjpzZWNyZXQ=', 'Bearer abc']],
    ['user name and password behind it', ['Bearer abc', 'Basic dXNlcjpzZWNyZXQ=']],
    ['nothing before it', ['', 'Bearer abc']],
    ['nothing behind it', ['Bearer abc', '']],
  ])('is refused with %s', (_, values) => {
    expect(refusal(values)).toEqual({ code: 'token_duplicated' })
  })

  it('is refused under two spellings of the header', () => {
    const headers = headersWith({ Authorization: 'Bearer abc', authorization: 'Bearer abc' })
    expect(refusalOf(bearerToken(headers), { headers })).toEqual({ code: 'token_duplicated' })
  })

  it.each([
    ['Basic dXNlcjpzZWNyZXQ=', 'Basic'],
    ['basic dXNlcjpzZWNyZXQ=', 'basic'],
    ['Digest username="x"', 'Digest'],
    ['NotAScheme value', 'neither Bearer nor Basic'],
    ['aPasswordOfLettersAlone value', 'neither Bearer nor Basic'],
    ['eyJhbGciOiJSUzI1NiJ9.e30.c2ln', 'neither Bearer nor Basic'],
    ['Bearer', 'neither Bearer nor Basic'],
    ['Bearer\tabc', 'neither Bearer nor Basic'],
    ['Bearer: abc', 'neither Bearer nor Basic'],
    ['BearerX abc', 'neither Bearer nor Basic'],
    [' Bearer abc', 'neither Bearer nor Basic'],
    ['"Bearer abc"', 'neither Bearer nor Basic'],
  ])('is of another scheme in %j, and the rest is not shown', (authorization, observed) => {
    expect(refusal(authorization)).toEqual({ code: 'token_scheme', observed })
  })

  it.each([
    'Bearer ',
    'Bearer abc def',
    'Bearer abc, Bearer def',
    'Bearer abc,Basic def',
    'Bearer abc ',
    'Bearer abc\n',
    'Bearer abc=def',
    'Bearer =',
    'Bearer "abc"',
    'Bearer abc%2E',
    'Bearer abcé',
    'Bearer abc\0',
    'Bearer token=abc',
    'Bearer abc;def',
  ])('is malformed in %j', authorization => {
    expect(refusal(authorization)).toEqual({ code: 'token_malformed', reason: 'characters that no token has' })
  })

  it('may have 8 KB with its scheme, and no more', () => {
    expect(bearerToken(headersWith({ Authorization: `Bearer ${'a'.repeat(8185)}` })).ok).toBe(true)
    expect(refusal(`Bearer ${'a'.repeat(8186)}`)).toEqual({ code: 'token_too_large', limit: 8192 })
    expect(refusal(`Bearer ${'a'.repeat(1024 * 1024)}`)).toEqual({ code: 'token_too_large', limit: 8192 })
  })
})
