import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import peerCertificateHeaders from '../../../infra/peer-certificate-headers.json' with { type: 'json' }
import { Headers } from '../../../shared/verification/headers.ts'
import { anyCharacter } from '../../fixtures/any-character.ts'

const decisive = [
  ...Object.keys(peerCertificateHeaders),
  'X-Lb-Attestation',
  'Authorization',
  'Content-Type',
  'Content-Length',
  'Content-Encoding',
  'Transfer-Encoding',
]
const hyphenated = decisive.filter(name => name.includes('-'))

describe('the values of a header', () => {
  it('are there in order of arrival, whatever the case of the name', () => {
    const headers = new Headers(['authorization', 'a', 'Host', 'x', 'AUTHORIZATION', 'b', 'Authorization', ''])
    expect(headers.all('Authorization')).toEqual(['a', 'b', ''])
  })

  it('are none where the header is not there', () => {
    expect(new Headers([]).all('X-Client-Cert-Leaf')).toEqual([])
  })
})

describe('a header that has to be there exactly once', () => {
  it.each(['X-Lb-Attestation', 'x-lb-attestation', 'X-LB-ATTESTATION'])('may be written %s', name => {
    expect(new Headers([name, 'v']).once('X-Lb-Attestation')).toEqual({ ok: true, value: 'v' })
  })

  it('may be empty: the load balancer writes an unknown value so', () => {
    expect(new Headers(['X-Client-Cert-Error', '']).once('X-Client-Cert-Error')).toEqual({ ok: true, value: '' })
  })

  it('is missed', () => {
    expect(new Headers(['X-Client-Cert-Hash', 'v']).once('X-Client-Cert-Leaf')).toEqual({
      ok: false,
      error: { code: 'header_missing', header: 'X-Client-Cert-Leaf' },
    })
  })

  it.each([
    ['the same value', ['X-Client-Cert-Present', 'true', 'X-Client-Cert-Present', 'true']],
    ['another value', ['X-Client-Cert-Present', 'true', 'X-Client-Cert-Present', 'false']],
    ['an empty value first', ['X-Client-Cert-Present', '', 'X-Client-Cert-Present', 'true']],
    ['an empty value last', ['X-Client-Cert-Present', 'true', 'X-Client-Cert-Present', '']],
    ['another case', ['x-client-cert-present', 'true', 'X-CLIENT-CERT-PRESENT', 'true']],
    ['others in between', ['X-Client-Cert-Present', 'true', 'Host', 'x', 'X-Client-Cert-Present', 'true']],
  ])('is refused when it is there twice, with %s', (_, raw) => {
    expect(new Headers(raw).once('X-Client-Cert-Present')).toEqual({
      ok: false,
      error: { code: 'header_duplicated', header: 'X-Client-Cert-Present' },
    })
  })

  it('is one of several: the first that is wrong is named', () => {
    const headers = new Headers(['X-Client-Cert-Present', 'a', 'X-Client-Cert-Hash', 'b', 'X-Client-Cert-Hash', 'c'])
    const names = ['X-Client-Cert-Present', 'X-Client-Cert-Hash', 'X-Client-Cert-Leaf'] as const
    expect(headers.eachOnce(names)).toMatchObject({ ok: false, error: { header: 'X-Client-Cert-Hash' } })
    expect(headers.eachOnce(['X-Client-Cert-Present'])).toEqual({ ok: true, value: { 'X-Client-Cert-Present': 'a' } })
  })
})

describe('a look-alike', () => {
  it.each(hyphenated)('of %s is seen, in every mixture of hyphens and underscores and in any case', name => {
    const oneUnderscore = name.replace('-', '_')
    for (const spelling of [name.replaceAll('-', '_'), oneUnderscore, oneUnderscore.toUpperCase()]) {
      expect(new Headers(['Host', 'x', spelling, 'v', name, 'v']).lookalike).toEqual({
        code: 'header_lookalike',
        observed: spelling,
        resembles: name,
      })
    }
  })

  it('does not count as what it resembles', () => {
    expect(new Headers(['X_Client_Cert_Leaf', 'forged']).all('X-Client-Cert-Leaf')).toEqual([])
  })

  it('is not seen where there is none', () => {
    const raw = ['X_Custom', 'v', 'X-Client-Cert', 'v', '__proto__', 'v', ...decisive.flatMap(name => [name, 'v'])]
    expect(new Headers(raw).lookalike).toBeUndefined()
  })
})

describe('any list of headers', () => {
  const name = fc.oneof(
    fc.constantFrom(...decisive, 'X_Client_Cert_Leaf', '__proto__', 'constructor', ''),
    fc.string({ unit: anyCharacter }),
  )
  const raw = fc.array(fc.tuple(name, fc.string({ unit: anyCharacter }))).map(pairs => pairs.flat())

  it('is read without an exception, and gives a value only where there is exactly one', () => {
    fc.assert(
      fc.property(raw, fc.constantFrom('Present', 'Leaf', 'Hash'), (list, which) => {
        const wanted = `X-Client-Cert-${which}` as const
        const value = new Headers(list).once(wanted)
        const there = list.filter((text, at) => at % 2 === 0 && text.toLowerCase() === wanted.toLowerCase()).length
        expect(value.ok).toBe(there === 1)
      }),
      { seed: 9440, numRuns: 200 },
    )
  })

  it('may end in a name without a value', () => {
    expect(new Headers(['X-Client-Cert-Leaf', 'v', 'X-Client-Cert-Leaf']).all('X-Client-Cert-Leaf')).toEqual(['v'])
  })
})
