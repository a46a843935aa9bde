import { execFile } from 'node:child_process'
import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { type Issued, issue } from '../../../../infra/local/certificates/certificate.ts'
import { clientCertVariables } from '../../../../infra/local/certificates/client-cert-variables.ts'
import { developmentCa, type LeafOptions } from '../../../../infra/local/certificates/development-ca.ts'

const ca = await developmentCa()

const variablesOf = ({ certificate, chain }: Issued) =>
  clientCertVariables({ leaf: certificate, chain, error: undefined })
const variablesOfLeaf = async (options?: LeafOptions) => variablesOf(await ca.leaf('sslcom', options))

const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** `C=US\nO=Google LLC` → `C=US,O=Google LLC` */
const attributes = (name: string): string => name.replaceAll('\n', ',')

describe('a leaf that passed validation', async () => {
  const leaf = await ca.leaf('sslcom', {
    notBefore: new Date('2026-07-01T18:05:09Z'),
    notAfter: new Date('2051-01-02T03:04:05Z'),
    serialNumber: '00ad3e0ebcc3d4f42dae5b213be4cb8bf49d49a1',
    intermediates: 2,
    subjectAlternativeNames: [
      { type: 'dns', value: 'one.example' },
      { type: 'url', value: 'https://one.example/a,b' },
      { type: 'url', value: 'spiffe://example.org/agent/one' },
      { type: 'dns', value: '*.two.example' },
    ],
  })
  const variables = variablesOf(leaf)

  test('is present, verified and without an error', () => {
    expect(variables).toMatchObject({
      client_cert_present: 'true',
      client_cert_chain_verified: 'true',
      client_cert_error: '',
    })
  })

  test('has its SHA-256 in base64 without padding', () => {
    expect(variables.client_cert_sha256_fingerprint).toMatch(/^[A-Za-z0-9+/]{43}$/)
    expect(`${variables.client_cert_sha256_fingerprint}=`).toBe(hash('sha256', leaf.certificate.raw, 'base64'))
    const hex = Buffer.from(variables.client_cert_sha256_fingerprint, 'base64').toString('hex')
    expect(hex).toBe(leaf.certificate.fingerprint256.replaceAll(':', '').toLowerCase())
  })

  test('has the bytes of its serial number in hex, the sign byte included', () => {
    expect(variables.client_cert_serial_number).toBe('00:ad:3e:0e:bc:c3:d4:f4:2d:ae:5b:21:3b:e4:cb:8b:f4:9d:49:a1')
    expect(leaf.certificate.serialNumber).toBe('AD3E0EBCC3D4F42DAE5B213BE4CB8BF49D49A1')
  })

  test('has its names one by one, the SPIFFE ID apart', () => {
    expect(variables.client_cert_dnsname_sans).toBe(`${base64('one.example')},${base64('*.two.example')}`)
    expect(variables.client_cert_uri_sans).toBe(base64('https://one.example/a,b'))
    expect(variables.client_cert_spiffe_id).toBe('spiffe://example.org/agent/one')
  })

  test('has its dates in RFC 3339 with a numeric offset, beyond 2049 too', () => {
    expect(variables.client_cert_valid_not_before).toBe('2026-07-01T18:05:09+00:00')
    expect(variables.client_cert_valid_not_after).toBe('2051-01-02T03:04:05+00:00')
  })

  test('is written in RFC 9440, its issuers in TLS order after it, the anchor left out', () => {
    const decoded = (member: string) => Buffer.from(member.slice(1, -1), 'base64')
    expect(variables.client_cert_leaf).toMatch(/^:[A-Za-z0-9+/]+={0,2}:$/)
    expect(decoded(variables.client_cert_leaf)).toEqual(leaf.certificate.raw)
    expect(leaf.chain).toHaveLength(2)
    expect(variables.client_cert_chain.split(', ').map(decoded)).toEqual(leaf.chain.map(({ raw }) => raw))
    expect(leaf.chain[0] && leaf.certificate.checkIssued(leaf.chain[0])).toBe(true)
  })

  test('has the DER of its names, as openssl cuts them out', async ({ skip }) => {
    const parse = async (offset: string[]) => {
      const child = promisify(execFile)('openssl', ['asn1parse', '-inform', 'DER', ...offset], { encoding: 'buffer' })
      child.child.stdin?.end(leaf.certificate.raw)
      return (await child).stdout.toString('latin1')
    }
    const listing = await parse([]).catch(() => undefined)
    if (listing === undefined) return skip('openssl is not here')
    // depth 2 holds the parts of the TBSCertificate: algorithm, issuer, validity, subject, key are its SEQUENCEs.
    const sequences = [...listing.matchAll(/^ *(\d+):d=2 +hl=(\d+) +l= *(\d+) cons: SEQUENCE/gm)]
    const cut = (at: number): string => {
      const [offset, header, length] = (sequences[at] ?? []).slice(1).map(Number)
      if (offset === undefined || header === undefined || length === undefined) throw new Error('no such part')
      return leaf.certificate.raw.subarray(offset, offset + header + length).toString('base64')
    }
    expect(variables.client_cert_issuer_dn).toBe(cut(1))
    expect(variables.client_cert_subject_dn).toBe(cut(3))
    return undefined
  })

  test('has the DER of its names, as a certificate signed by it repeats them', async () => {
    // Another certificate whose issuer has the leaf's names byte by byte.
    const other = await issue({ subject: attributes(leaf.certificate.subject) })
    expect(variablesOf(other).client_cert_issuer_dn).toBe(variables.client_cert_subject_dn)
    expect(Buffer.from(variables.client_cert_subject_dn, 'base64').toString('latin1')).toContain('Google LLC')
  })
})

test.each([
  ['no SPIFFE ID among other URIs', 'https://example.org/', ''],
  ['a SPIFFE ID', 'spiffe://example.org', 'spiffe://example.org'],
  ['an empty trust domain', 'spiffe://', ''],
  ['a port', 'spiffe://example.org:1/a', ''],
  ['a query', 'spiffe://example.org/a?b', ''],
])('%s: %s', async (_, value, expected) => {
  const variables = await variablesOfLeaf({ subjectAlternativeNames: [{ type: 'url', value }] })
  expect(variables).toMatchObject({ client_cert_spiffe_id: expected, client_cert_error: '' })
})

describe('a field beyond its limit is empty and named in the error', () => {
  const many = (type: 'dns' | 'url', value: string) => Array.from({ length: 40 }, () => ({ type, value }))

  test.each<[keyof ReturnType<typeof clientCertVariables>, string, LeafOptions]>([
    ['client_cert_serial_number', 'serial_number', { serialNumber: `40${'11'.repeat(50)}` }],
    [
      'client_cert_spiffe_id',
      'spiffe_id',
      { subjectAlternativeNames: [{ type: 'url', value: `spiffe://e/${'a'.repeat(2038)}` }] },
    ],
    ['client_cert_uri_sans', 'uri_sans', { subjectAlternativeNames: many('url', 'https://example') }],
    ['client_cert_dnsname_sans', 'dnsname_sans', { subjectAlternativeNames: many('dns', 'www.example') }],
    ['client_cert_issuer_dn', 'issuer_dn', { issuer: `O=${'i'.repeat(400)}, CN=issuer` }],
    ['client_cert_subject_dn', 'subject_dn', { subject: `O=${'s'.repeat(400)}, CN=subject` }],
  ])('%s', async (variable, field, options) => {
    const variables = await variablesOfLeaf(options)
    expect(variables[variable]).toBe('')
    expect(variables.client_cert_error).toBe(`client_cert_${field}_exceeded_size_limit`)
    expect(variables.client_cert_chain_verified).toBe('true')
  })

  test('a chain that with its leaf is beyond 16 KB', async () => {
    const leaf = await ca.leaf('gts-legacy', { issuer: `O=${'x'.repeat(9000)}` })
    const { client_cert_leaf, client_cert_chain, client_cert_error } = variablesOf(leaf)
    expect(client_cert_leaf).not.toBe('')
    expect(client_cert_chain).toBe('')
    expect(client_cert_error).toBe(
      'client_cert_issuer_dn_exceeded_size_limit,client_cert_validated_chain_exceeded_size_limit',
    )
  })

  test('a leaf beyond 16 KB, and several errors joined', async () => {
    const names = Array.from({ length: 600 }, (_, at) => ({
      type: 'dns' as const,
      value: `host-number-${at}.example.org`,
    }))
    const variables = await variablesOfLeaf({ subjectAlternativeNames: names })
    expect(variables).toMatchObject({ client_cert_leaf: '', client_cert_chain: '', client_cert_dnsname_sans: '' })
    expect(variables.client_cert_error.split(',')).toEqual([
      'client_cert_dnsname_sans_exceeded_size_limit',
      'client_cert_validated_leaf_exceeded_size_limit',
      'client_cert_validated_chain_exceeded_size_limit',
    ])
  })

  test('what is exactly at its limit stays', async () => {
    const variables = await variablesOfLeaf({
      serialNumber: `40${'11'.repeat(49)}`,
      subjectAlternativeNames: [{ type: 'url', value: `spiffe://e/${'a'.repeat(2037)}` }],
    })
    expect(variables.client_cert_serial_number).toHaveLength(50 * 3 - 1)
    expect(variables.client_cert_spiffe_id).toHaveLength(2048)
    expect(variables.client_cert_error).toBe('')
  })
})

test('of a certificate that failed validation nothing is told but its fingerprint', async () => {
  const { certificate, chain } = await ca.leaf('sslcom')
  const { client_cert_sha256_fingerprint, ...others } = clientCertVariables({
    leaf: certificate,
    chain,
    error: 'client_cert_validation_failed',
  })
  expect(client_cert_sha256_fingerprint).toHaveLength(43)
  expect(Object.entries(others).filter(([, value]) => value !== '')).toEqual([
    ['client_cert_present', 'true'],
    ['client_cert_chain_verified', 'false'],
    ['client_cert_error', 'client_cert_validation_failed'],
  ])
})

test('without a certificate nothing is told', () => {
  const variables = clientCertVariables({ leaf: undefined, chain: [], error: 'client_cert_not_provided' })
  expect(Object.entries(variables).filter(([, value]) => value !== '')).toEqual([
    ['client_cert_present', 'false'],
    ['client_cert_chain_verified', 'false'],
    ['client_cert_error', 'client_cert_not_provided'],
  ])
  expect(Object.keys(variables)).toHaveLength(14)
})
