import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCertificate, decodeCertificateChain } from '../../../shared/verification/certificate-field.ts'
import { anyCharacter } from '../../fixtures/any-character.ts'

const bytes = Buffer.from('a certificate')
const base64 = bytes.toString('base64')
const field = `:${base64}:`

/** What is not `:base64:` in its one canonical spelling. */
const sloppy = [
  ['nothing', ''],
  ['one colon', ':'],
  ['no base64', '::'],
  ['no colons', base64],
  ['no first colon', `${base64}:`],
  ['no last colon', `:${base64}`],
  ['two colons', `:${field}:`],
  ['a blank before', ` ${field}`],
  ['a blank after', `${field} `],
  ['a blank inside', `:${base64.slice(0, 4)} ${base64.slice(4)}:`],
  ['blanks inside the colons', `: ${base64} :`],
  ['a line break after', `${field}\n`],
  ['a line break inside', `:${base64.slice(0, 4)}\n${base64.slice(4)}:`],
  ['a folded line', `:${base64.slice(0, 4)}\r\n ${base64.slice(4)}:`],
  ['no padding', `:${base64.replaceAll('=', '')}:`],
  ['too much padding', `:${base64}=:`],
  ['padding in the middle', ':YQ==YQ==:'],
  ['padding alone', ':====:'],
  ['bits that belong to no byte', ':YR==:'],
  ['more such bits', ':YWJ=:'],
  ['base64url', ':-_-_:'],
  ['other characters', ':YWJj!:'],
  ['characters beyond ASCII', ':YWJé:'],
  ['a NUL', ':YWJj\0:'],
  ['quotes', `":${base64}:"`],
  ['a parameter (RFC 8941 §3.1.2)', `${field};a=1`],
  ['a list', `${field},${field}`],
  ['an integer', '42'],
  ['PEM', '-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----'],
  ['PEM escaped for a URL, as nginx forwards it', '-----BEGIN%20CERTIFICATE-----%0AYWJj%0A-----END%20CERTIFICATE-----'],
  ["Envoy's x-forwarded-client-cert", 'Hash=0a;Cert="abc"'],
] as const

describe('decodeCertificate', () => {
  it.each(['a', 'ab', 'abc', 'abcd'])('decodes the canonical spelling of %j', text => {
    expect(decodeCertificate(`:${Buffer.from(text).toString('base64')}:`)).toEqual({
      ok: true,
      value: Buffer.from(text),
    })
  })

  it.each(sloppy)('refuses %s', (_, text) => {
    expect(decodeCertificate(text)).toEqual({ ok: false, error: expect.any(String) })
  })

  it('refuses what no load balancer would forward, by its length alone', () => {
    expect(decodeCertificate(`:${'AAAA'.repeat(6144)}:`)).toEqual({ ok: false, error: 'longer than 24576 characters' })
  })
})

describe('decodeCertificateChain', () => {
  it.each([
    ['', 0],
    [field, 1],
    [`${field},${field}`, 2],
    [`${field}, ${field}`, 2],
    [`${field} ,\t${field}`, 2],
    [Array(10).fill(field).join(','), 10],
  ])('decodes %.50j', (text, count) => {
    expect(decodeCertificateChain(text)).toEqual({ ok: true, value: Array(count).fill(bytes) })
  })

  it.each(sloppy.filter(([what]) => what !== 'nothing' && what !== 'a list'))(
    'refuses %s, alone, first, in the middle and last',
    (_, text) => {
      for (const chain of [text, `${text},${field}`, `${field},${text},${field}`, `${field},${text}`]) {
        // One blank beside the comma is RFC 8941's own.
        const isBlankBesideComma = text.trim() === field && /[ \t],|,[ \t]/.test(chain) && !/^\s|\s$/.test(chain)
        if (!isBlankBesideComma) expect(decodeCertificateChain(chain), chain).toMatchObject({ ok: false })
      }
    },
  )

  it.each([
    ['a comma alone', ','],
    ['a comma before', `,${field}`],
    ['a comma after', `${field},`],
    ['two commas', `${field},,${field}`],
    ['two blanks', `${field},  ${field}`],
    ['a line break beside the comma', `${field},\n${field}`],
    ['a no-break space beside the comma', `${field},\u00a0${field}`],
    ['a semicolon', `${field};${field}`],
    ['a blank for a comma', `${field} ${field}`],
    ['an inner list', `(${field} ${field})`],
    ['blank', ' '],
  ])('refuses %s', (_, text) => {
    expect(decodeCertificateChain(text)).toMatchObject({ ok: false })
  })

  it('refuses more than ten certificates', () => {
    expect(decodeCertificateChain(Array(11).fill(field).join(','))).toEqual({
      ok: false,
      error: 'more than 10 certificates',
    })
  })

  it('refuses what no load balancer would forward, by its length alone', () => {
    expect(decodeCertificateChain(','.repeat(24_577))).toEqual({ ok: false, error: 'longer than 24576 characters' })
  })

  it.each([
    ['blanks', `:${' '.repeat(24_000)}x`],
    ['blanks before commas', `${' '.repeat(11_000)},${' '.repeat(11_000)},`],
    ['characters of base64', `:${'A'.repeat(24_000)}`],
    ['padding', `:${'='.repeat(24_000)}`],
    ['colons', ':'.repeat(24_000)],
  ])('refuses a run of %s in time that grows no faster than its length', (_, text) => {
    const before = process.cpuUsage()
    expect(decodeCertificateChain(text).ok).toBe(false)
    // A quarter of a second in microseconds: a thousand times what it takes, a quarter of what a square of it would.
    expect(process.cpuUsage(before).user).toBeLessThan(250_000)
  })
})

describe('any text', () => {
  const text = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.stringMatching(/^:?[A-Za-z0-9+/ ,]{0,12}={0,3}:?$/),
    fc.uint8Array({ maxLength: 40 }).map(octets => `:${Buffer.from(octets).toString('base64')}:`),
  )

  it('is decoded without an exception, from one spelling only, and not shown in an error', () => {
    fc.assert(
      fc.property(text, input => {
        const decoded = decodeCertificate(input)
        if (decoded.ok) expect(`:${decoded.value.toString('base64')}:`).toBe(input)
        else if (input.length > 12) expect(decoded.error).not.toContain(input)
        const chain = decodeCertificateChain(input)
        if (chain.ok)
          expect(chain.value.map(der => `:${der.toString('base64')}:`).join()).toBe(
            input.replace(/[ \t]?,[ \t]?/g, ','),
          )
      }),
      { seed: 9440, numRuns: 500 },
    )
  })
})
