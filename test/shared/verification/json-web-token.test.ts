import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseClaims, parseToken } from '../../../shared/verification/json-web-token.ts'
import { anyCharacter } from '../../fixtures/any-character.ts'
import { encode } from './tokens.ts'

const header = encode({ alg: 'RS256' })
const claims = encode({ iss: 'x' })
const base64url = (text: string | Buffer) => Buffer.from(text).toString('base64url')
const refused = { ok: false, error: expect.any(String) }

describe('a token', () => {
  it('is taken apart', () => {
    expect(parseToken(`${header}.${claims}.c2ln`)).toEqual({
      ok: true,
      value: {
        header: { alg: 'RS256' },
        payload: Buffer.from('{"iss":"x"}'),
        signingInput: `${header}.${claims}`,
        signature: Buffer.from('sig'),
      },
    })
  })

  it('may have any payload, and no signature: to say what that is worth is left to others', () => {
    expect(parseToken(`${header}..`)).toMatchObject({ ok: true, value: { payload: Buffer.alloc(0) } })
    expect(parseToken(`${header}.${base64url('\xff')}.c2ln`)).toMatchObject({ ok: true })
  })

  it.each([
    ['nothing', ''],
    ['one part', header],
    ['two parts', `${header}.${claims}`],
    ['four parts', `${header}.${claims}.c2ln.c2ln`],
    ['five parts, as one that is encrypted', `${header}.a.b.c.d`],
    ['dots alone', '..'],
    ['no header', `.${claims}.c2ln`],
    ['another separator', `${header},${claims},c2ln`],
  ])('is not %s', (_, token) => {
    expect(parseToken(token)).toEqual(refused)
  })

  const spellings = (part: string) => [
    ['padding', `${part}=`],
    ['a blank', `${part} `],
    ['a blank inside', `${part.slice(0, 2)} ${part.slice(2)}`],
    ['a line break', `${part}\n`],
    ['a character of base64', `+${part}`],
    ['another character of base64', `/${part}`],
    ['a character of none', `${part}?`],
    ['a NUL', `${part}\0`],
    ['a letter beyond ASCII', `${part}é`],
    ['one character too many', `${base64url('abc')}A`],
  ]
  describe.each([
    ['header', (part: string) => `${part}.${claims}.c2ln`, header],
    ['payload', (part: string) => `${header}.${part}.c2ln`, claims],
    ['signature', (part: string) => `${header}.${claims}.${part}`, 'c2ln'],
  ] as const)('has one spelling of its %s', (_, token, part) => {
    it.each(spellings(part))('without %s', (_what, spelling) => {
      expect(parseToken(token(part))).toMatchObject({ ok: true })
      expect(parseToken(token(spelling))).toEqual(refused)
    })
  })

  it('has no bits that belong to no byte', () => {
    expect(parseToken(`${header}.${claims}.YQ`)).toMatchObject({ ok: true })
    for (const spelling of ['YR', 'YX', 'YWJ', 'Yf'])
      expect(parseToken(`${header}.${claims}.${spelling}`)).toEqual(refused)
  })
})

const notAnObject = [
  ['nothing', ''],
  ['a string', '"x"'],
  ['a number', '1'],
  ['null', 'null'],
  ['a list', '[]'],
  ['a list of an object', '[{}]'],
  ['half an object', '{"a":1'],
  ['an object and more', '{}{}'],
  ['a comment', '{}//'],
  ['a trailing comma', '{"a":1,}'],
  ['single quotes', "{'a':1}"],
  ['NaN', '{"exp":NaN}'],
  ['Infinity', '{"exp":Infinity}'],
  ['a byte order mark', '\ufeff{}'],
  ['a NUL behind', '{}\0'],
  ['nesting without end', '[{"a":'.repeat(5000)],
] as const

describe('the header of a token', () => {
  it.each(notAnObject)('is not %s', (_, text) => {
    expect(parseToken(`${base64url(text)}.${claims}.c2ln`)).toEqual(refused)
  })

  it('is not in another encoding than UTF-8', () => {
    for (const bytes of ['7b2261223a22ff227d', '7b2261223a22eda080227d', 'fffe7b007d00', '7b2261223a22c0af227d']) {
      expect(parseToken(`${base64url(Buffer.from(bytes, 'hex'))}.${claims}.c2ln`)).toEqual(refused)
    }
  })

  it('may repeat a name: the last counts, as everywhere (RFC 7515 §4)', () => {
    const token = parseToken(`${base64url('{"alg":"RS256","alg":"none"}')}.${claims}.c2ln`)
    expect(token).toMatchObject({ ok: true, value: { header: { alg: 'none' } } })
  })

  it('changes no prototype', () => {
    const token = parseToken(`${base64url('{"__proto__":{"alg":"RS256"},"constructor":1}')}.${claims}.c2ln`)
    if (!token.ok) throw new Error('refused')
    expect(token.value.header.alg).toBeUndefined()
    expect(Object.getPrototypeOf(token.value.header)).toBe(Object.prototype)
  })
})

describe('claims', () => {
  it('are a JSON object', () => {
    expect(parseClaims(Buffer.from(' {"a":[1]} '))).toEqual({ ok: true, value: { a: [1] } })
  })

  it.each(notAnObject)('are not %s', (_, text) => {
    expect(parseClaims(Buffer.from(text))).toEqual({ ok: false, error: 'claims that are not a JSON object' })
  })

  it('are not in another encoding than UTF-8', () => {
    expect(parseClaims(Buffer.from('7b2261223a22ff227d', 'hex'))).toEqual(refused)
  })
})

describe('any text', () => {
  const part = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.stringMatching(/^[A-Za-z0-9_-]{0,12}=?$/),
    fc.json().map(base64url),
    fc.dictionary(fc.string(), fc.jsonValue()).map(encode),
  )
  const text = fc.array(part, { maxLength: 5 }).map(parts => parts.join('.'))

  it('is taken apart without an exception, from one spelling only, and not shown in an error', () => {
    fc.assert(
      fc.property(text, token => {
        const parsed = parseToken(token)
        if (parsed.ok) {
          const { signingInput, payload, signature } = parsed.value
          expect(`${signingInput}.${signature.toString('base64url')}`).toBe(token)
          expect(signingInput.endsWith(`.${payload.toString('base64url')}`)).toBe(true)
          parseClaims(payload)
        } else if (token.length > 12) expect(parsed.error).not.toContain(token)
      }),
      { seed: 9440, numRuns: 500 },
    )
  })
})
