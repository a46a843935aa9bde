import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_DEPTH, parseBody } from '../../../shared/dialogflow/parse-body.ts'
import { anyCharacter } from '../../fixtures/any-character.ts'

const parse = (text: string) => parseBody(Buffer.from(text))
const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`

describe('parseBody', () => {
  test('reads an object', () => {
    expect(parse('{"queryResult":{"queryText":"é 🙂"}}')).toEqual({
      ok: true,
      value: { queryResult: { queryText: 'é 🙂' } },
    })
  })

  test('skips one byte order mark', () => {
    expect(parse('\uFEFF{"a":1}')).toEqual({ ok: true, value: { a: 1 } })
    expect(parse('\uFEFF\uFEFF{"a":1}')).toMatchObject({ error: { code: 'body_not_json', reason: 'syntax' } })
  })

  test.each([
    ['nothing', Buffer.alloc(0), 'syntax'],
    ['blanks', Buffer.from('  \n'), 'syntax'],
    ['a broken end', Buffer.from('{"a":1'), 'syntax'],
    ['two values', Buffer.from('{}{}'), 'syntax'],
    ['a trailing comma', Buffer.from('{"a":1,}'), 'syntax'],
    ['single quotes', Buffer.from("{'a':1}"), 'syntax'],
    ['an endless string', Buffer.from('{"a":"\\'), 'syntax'],
    ['NaN', Buffer.from('{"a":NaN}'), 'syntax'],
    ['a form', Buffer.from('a=1&b=2'), 'syntax'],
    ['HTML', Buffer.from('<html></html>'), 'syntax'],
    ['NUL bytes', Buffer.alloc(64), 'syntax'],
    ['a stray byte', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'utf8'],
    ['an overlong slash', Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]), 'utf8'],
    ['half a surrogate pair in bytes', Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]), 'utf8'],
    ['Latin-1', Buffer.from('{"a":"é"}', 'latin1'), 'utf8'],
    ['UTF-16', Buffer.from('\uFEFF{"a":1}', 'utf16le'), 'utf8'],
    ['a gzip', Buffer.from([0x1f, 0x8b, 0x08, 0x00]), 'utf8'],
  ])('refuses %s as not JSON', (_, bytes, reason) => {
    expect(parseBody(bytes)).toEqual({ ok: false, error: { code: 'body_not_json', reason } })
  })

  test.each([
    ['[]', 'array'],
    ['[{}]', 'array'],
    ['null', 'null'],
    ['"{}"', 'string'],
    ['1', 'number'],
    ['true', 'boolean'],
  ])('refuses %s, which is not an object', (text, observed) => {
    expect(parse(text)).toEqual({ ok: false, error: { code: 'body_not_object', observed } })
  })

  test(`accepts ${MAX_DEPTH} levels and refuses one more`, () => {
    expect(parse(nested(MAX_DEPTH)).ok).toBe(true)
    expect(parse(nested(MAX_DEPTH + 1))).toEqual({ ok: false, error: { code: 'body_too_deep', limit: MAX_DEPTH } })
  })

  test.each([
    ['1 MiB of opening brackets', '['.repeat(1 << 20)],
    ['half a million arrays', `{"a":${'['.repeat(1 << 19)}${']'.repeat(1 << 19)}}`],
    ['a hundred thousand objects', `${'{"a":'.repeat(1e5)}1${'}'.repeat(1e5)}`],
    ['depth behind an escaped quote', `{"a\\"":"\\\\","b":${'['.repeat(500)}${']'.repeat(500)}}`],
  ])('refuses %s', (_, text) => {
    expect(parse(text)).toEqual({ ok: false, error: { code: 'body_too_deep', limit: MAX_DEPTH } })
  })

  test('accepts any number of lists side by side', () => {
    expect(parse(JSON.stringify({ a: Array(1000).fill([{}]) })).ok).toBe(true)
  })

  test('counts no bracket inside a string', () => {
    const text = `${'[{'.repeat(500)}"\\`
    expect(parse(JSON.stringify({ queryText: text }))).toEqual({ ok: true, value: { queryText: text } })
  })

  test.each([
    ['at the top', '{"__proto__":{"isAdmin":true}}', '__proto__'],
    ['with any value', '{"a":{"__proto__":null}}', '__proto__'],
    ['in a list', '{"a":[[{"b":1},{"__proto__":1}]]}', '__proto__'],
    ['escaped', '{"\\u005f\\u005Fpr\\u006fto__":{"a":1}}', '__proto__'],
    ['partly escaped', '{"__pr\\u006fto__":{"a":1}}', '__proto__'],
    ['twice', '{"__proto__":1,"__proto__":2}', '__proto__'],
    ['in a parameter', '{"queryResult":{"parameters":{"__proto__":{"a":1}}}}', '__proto__'],
    ['by way of the constructor', '{"a":{"constructor":{"prototype":{"b":1}}}}', 'constructor.prototype'],
    ['by way of the constructor, escaped', '{"constru\\u0063tor":{"pr\\u006ftotype":1}}', 'constructor.prototype'],
    ['by way of a constructor in a list', '{"a":[{"constructor":{"prototype":null}}]}', 'constructor.prototype'],
  ])('refuses a key that pollutes prototypes %s', (_, text, key) => {
    expect(parse(text)).toEqual({ ok: false, error: { code: 'body_forbidden_key', key } })
  })

  test.each([
    '{"queryText":"what is __proto__, and constructor.prototype?"}',
    '{"parameters":{"constructor":"McLaren"}}',
    '{"parameters":{"constructor":{"name":"McLaren","car":"prototype"}}}',
    '{"parameters":{"prototype":{"version":2}}}',
    '{"parameters":{"_proto_":1,"__proto":2,"proto":3}}',
    '{"\\u0041":"\\u0026"}',
  ])('accepts %s', text => {
    expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) })
  })

  test('reads whatever JSON.stringify writes of an object', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: anyCharacter }), fc.jsonValue({ maxDepth: 5 })), object => {
        const text = JSON.stringify(object)
        const body = parse(text)
        if (body.ok) expect(body.value).toEqual(JSON.parse(text))
        else expect(body.error).toEqual({ code: 'body_forbidden_key', key: '__proto__' })
      }),
      { seed: 7, numRuns: 100 },
    )
  })

  test('never throws, and repeats nothing of the input', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 200 }).map(bytes => Buffer.from(bytes)),
      fc.string({ unit: fc.constantFrom(...'{}[]":,\\u0_p'), maxLength: 200 }).map(text => Buffer.from(text)),
    )
    fc.assert(
      fc.property(hostile, bytes => {
        const marked = Buffer.concat([bytes, Buffer.from('MARKER')])
        expect(JSON.stringify(parseBody(marked))).not.toContain('MARKER')
      }),
      { seed: 7, numRuns: 500 },
    )
  })
})
