import { hash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createDevelopmentCa } from '../../../infra/local/certificates/development-ca.ts'
import peerCertificateHeaders from '../../../infra/peer-certificate-headers.json' with { type: 'json' }
import { peerCertificate } from '../../../shared/verification/peer-certificate.ts'
import { type Changes, callWith, NOW, policyWith, refusalOf } from './call.ts'
import {
  authority,
  clientCertificate,
  dialogflowChain,
  field,
  peerHeaders,
  peerPolicy,
  SSL_COM,
} from './certificates.ts'

const DAY = 86_400_000

const { root, intermediate, leaf } = await dialogflowChain()
const foreign = await dialogflowChain()
const another = await clientCertificate(intermediate, { subject: 'CN=Example Corporation' })
const genuine = peerHeaders(leaf)

const READ = [
  'X-Client-Cert-Present',
  'X-Client-Cert-Chain-Verified',
  'X-Client-Cert-Error',
  'X-Client-Cert-Hash',
  'X-Client-Cert-Leaf',
  'X-Client-Cert-Chain',
] as const

const policyAt = (clock = () => NOW) => policyWith({ clock, peer: peerPolicy([root.certificate], clock) })

const refusal = async (changes: Changes, policy = policyAt()) => {
  const call = callWith({ ...genuine, ...changes })
  return refusalOf(await peerCertificate(call, policy), call)
}

const accepted = async (changes: Changes = {}, policy = policyAt()) =>
  (await peerCertificate(callWith({ ...genuine, ...changes }), policy)).ok

describe('the load balancer’s headers', () => {
  it('prove the certificate that they carry', async () => {
    expect(await peerCertificate(callWith(genuine), policyAt())).toMatchObject({
      ok: true,
      value: { peerCertificate: { profile: 'sslcom', commonName: 'Google LLC' } },
    })
  })

  it('may have the hash with its padding or without, and with no other', async () => {
    const padded = genuine['X-Client-Cert-Hash'] ?? ''
    expect(padded).toMatch(/[^=]=$/)
    for (const [spelling, taken] of [
      [padded, true],
      [padded.slice(0, -1), true],
      [`${padded}=`, false],
      [padded.slice(0, -2), false],
    ] as const) {
      expect(await accepted({ 'X-Client-Cert-Hash': spelling }), spelling).toBe(taken)
    }
  })

  it('prove the certificates that the development authority makes', async () => {
    const ca = await createDevelopmentCa()
    const anchors = ca.anchors.map(({ certificate }) => certificate)
    const call = callWith(peerHeaders(await ca.leaf('sslcom')))
    const clock = Date.now
    expect(await peerCertificate(call, policyWith({ clock, peer: peerPolicy(anchors, clock) }))).toMatchObject({
      ok: true,
    })
  })

  describe.each(READ)('%s', header => {
    it('has to be there', async () => {
      expect(await refusal({ [header]: undefined })).toEqual({ code: 'header_missing', header })
    })

    it.each([
      ['the genuine value twice', (value: string) => [value, value]],
      ['a forged value after the genuine one', (value: string) => [value, 'forged']],
      ['a forged value before the genuine one', (value: string) => ['forged', value]],
      ['an empty value before the genuine one', (value: string) => ['', value]],
    ])('has to be there once: %s', async (_, values) => {
      expect(await refusal({ [header]: values(genuine[header] ?? '') })).toEqual({ code: 'header_duplicated', header })
    })

    it('may not be there twice in two spellings of its name', async () => {
      expect(await refusal({ [header.toLowerCase()]: genuine[header] })).toMatchObject({ code: 'header_duplicated' })
    })
  })
})

describe('the verdict of the load balancer', () => {
  it.each(['', 'false', 'True', 'TRUE', 'true ', ' true', '1', 'yes', 'true,true', 'true;', '"true"', '?1'])(
    'is not that a certificate was presented: %j',
    async observed => {
      expect(await refusal({ 'X-Client-Cert-Present': observed })).toEqual({ code: 'peer_absent', observed })
    },
  )

  it.each(['', 'false', 'True', 'TRUE', 'true ', '1', 'true, false', 'false, true', 'SUCCESS'])(
    'is not that the chain was verified: %j',
    async observed => {
      expect(await refusal({ 'X-Client-Cert-Chain-Verified': observed })).toEqual({ code: 'peer_unverified', observed })
    },
  )

  it('is that no certificate was presented', async () => {
    const absent = Object.fromEntries(Object.keys(peerCertificateHeaders).map(name => [name, '']))
    const error = { 'X-Client-Cert-Error': 'client_cert_not_provided' }
    const verdict = { 'X-Client-Cert-Present': 'false', 'X-Client-Cert-Chain-Verified': 'false' }
    expect(await refusal({ ...absent, ...error, ...verdict })).toEqual({ code: 'peer_absent', observed: 'false' })
  })
})

const KNOWN_ERRORS = [
  'client_cert_not_provided',
  'client_cert_validation_failed',
  'client_cert_chain_invalid_eku',
  'client_cert_chain_exceeded_limit',
  'client_cert_invalid_rsa_key_size',
  'client_cert_unsupported_elliptic_curve_key',
  'client_cert_unsupported_key_algorithm',
  'client_cert_pki_too_large',
  'client_cert_chain_max_name_constraints_exceeded',
  'client_cert_validation_timed_out',
  'client_cert_validation_search_limit_exceeded',
  'client_cert_validation_not_performed',
  'client_cert_trust_config_not_found',
]
const tooLarge = (header: keyof typeof peerCertificateHeaders) =>
  `${peerCertificateHeaders[header]}_exceeded_size_limit`
const unread = Object.keys(peerCertificateHeaders).filter(name => !READ.some(read => read === name))
const harmless = tooLarge('X-Client-Cert-URI-SANs')

describe('an error of the load balancer', () => {
  it.each([
    ...KNOWN_ERRORS,
    'client_cert_of_tomorrow',
    'none',
    'OK',
    '0',
    'null',
    'constructor',
    harmless.toUpperCase(),
    `${harmless}x`,
    'client_cert_unheard_of_exceeded_size_limit',
  ])('refuses: %s', async observed => {
    expect(await refusal({ 'X-Client-Cert-Error': observed })).toEqual({ code: 'peer_error', observed })
  })

  it.each(READ.slice(3).map(tooLarge).concat(READ.slice(0, 3).map(tooLarge)))(
    'refuses where the field too large is one that decides: %s',
    async error => {
      expect(await refusal({ 'X-Client-Cert-Error': error })).toMatchObject({ code: 'peer_error' })
      expect(await refusal({ 'X-Client-Cert-Error': `${harmless},${error}` })).toMatchObject({ code: 'peer_error' })
    },
  )

  it.each(unread)('passes where the field too large is one that nobody reads: %s', async header => {
    expect(await accepted({ 'X-Client-Cert-Error': tooLarge(header as keyof typeof peerCertificateHeaders) })).toBe(
      true,
    )
  })

  it.each([',', ', ', ' ', ';', '|'])(
    'passes where all of several joined by %j are harmless, and else not',
    async separator => {
      const both = [harmless, tooLarge('X-Client-Cert-SPIFFE')].join(separator)
      expect(await accepted({ 'X-Client-Cert-Error': both })).toBe(true)
      expect(await accepted({ 'X-Client-Cert-Error': `${both}${separator}client_cert_validation_failed` })).toBe(false)
      expect(await accepted({ 'X-Client-Cert-Error': `client_cert_validation_failed${separator}${both}` })).toBe(false)
    },
  )

  it('passes at no length that no load balancer would write', async () => {
    expect(await refusal({ 'X-Client-Cert-Error': Array(100).fill(harmless).join() })).toMatchObject({
      code: 'peer_error',
      observed: expect.stringMatching(/…$/),
    })
  })
})

describe('a forged certificate', () => {
  const forged = (certificate: typeof leaf) => peerHeaders(certificate)

  it.each<readonly [string, Changes, string]>([
    ['no leaf', { 'X-Client-Cert-Leaf': '' }, 'peer_malformed'],
    ['no hash', { 'X-Client-Cert-Hash': '' }, 'peer_fingerprint'],
    ['the hash of another', { 'X-Client-Cert-Hash': forged(another)['X-Client-Cert-Hash'] }, 'peer_fingerprint'],
    ['another under the genuine hash', { 'X-Client-Cert-Leaf': field(another.certificate.raw) }, 'peer_fingerprint'],
    ['the hash in hex', { 'X-Client-Cert-Hash': hash('sha256', leaf.certificate.raw, 'hex') }, 'peer_fingerprint'],
    ['the hash with colons', { 'X-Client-Cert-Hash': leaf.certificate.fingerprint256 }, 'peer_fingerprint'],
    ['the hash by SHA-1', { 'X-Client-Cert-Hash': hash('sha1', leaf.certificate.raw, 'base64') }, 'peer_fingerprint'],
    ['the hash and a blank', { 'X-Client-Cert-Hash': `${genuine['X-Client-Cert-Hash']} ` }, 'peer_fingerprint'],
    ['another of the same authority', forged(another), 'peer_subject'],
    ['one of a foreign authority', forged(foreign.leaf), 'peer_path'],
    [
      'one that is behind the genuine intermediate by its word alone',
      { ...forged(foreign.leaf), 'X-Client-Cert-Chain': genuine['X-Client-Cert-Chain'] },
      'peer_path',
    ],
    ['no chain', { 'X-Client-Cert-Chain': '' }, 'peer_path'],
    ['a foreign chain', { 'X-Client-Cert-Chain': forged(foreign.leaf)['X-Client-Cert-Chain'] }, 'peer_path'],
    ['the leaf as its chain', { 'X-Client-Cert-Chain': genuine['X-Client-Cert-Leaf'] }, 'peer_path'],
    [
      'the chain with the leaf',
      { 'X-Client-Cert-Chain': `${genuine['X-Client-Cert-Leaf']}, ${genuine['X-Client-Cert-Chain']}` },
      'peer_path',
    ],
    ['a chain of garbage', { 'X-Client-Cert-Chain': ':Z2FyYmFnZQ==:' }, 'peer_malformed'],
    [
      'garbage behind the chain',
      { 'X-Client-Cert-Chain': `${genuine['X-Client-Cert-Chain']}, :Z2FyYmFnZQ==:` },
      'peer_malformed',
    ],
    ['a chain in PEM', { 'X-Client-Cert-Chain': root.certificate.toString().replaceAll('\n', ' ') }, 'peer_malformed'],
    ['a leaf in PEM', { 'X-Client-Cert-Leaf': leaf.certificate.toString().replaceAll('\n', '%0A') }, 'peer_malformed'],
    ['a leaf without colons', { 'X-Client-Cert-Leaf': leaf.certificate.raw.toString('base64') }, 'peer_malformed'],
    [
      'two leaves',
      { 'X-Client-Cert-Leaf': `${genuine['X-Client-Cert-Leaf']}, ${genuine['X-Client-Cert-Leaf']}` },
      'peer_malformed',
    ],
  ])('is refused: %s', async (_, changes, code) => {
    expect((await refusal(changes)).code).toBe(code)
  })

  it.each([
    ['garbage', Buffer.from('garbage')],
    ['a certificate and more', Buffer.concat([leaf.certificate.raw, Buffer.alloc(1)])],
    ['PEM', Buffer.from(leaf.certificate.toString())],
  ])('is refused where the hash is right, of %s', async (_, bytes) => {
    const changes = { 'X-Client-Cert-Leaf': field(bytes), 'X-Client-Cert-Hash': hash('sha256', bytes, 'base64') }
    expect(await refusal(changes)).toMatchObject({ code: 'peer_malformed', header: 'X-Client-Cert-Leaf' })
  })

  it('is refused with the hash in base64url', async () => {
    // Three hashes in four have a character that base64url writes differently.
    let certificate = leaf
    while (!/[+/]/.test(hash('sha256', certificate.certificate.raw, 'base64'))) {
      certificate = await clientCertificate(intermediate)
    }
    const inBase64url = hash('sha256', certificate.certificate.raw, 'base64url')
    expect(await accepted(peerHeaders(certificate))).toBe(true)
    for (const spelling of [inBase64url, `${inBase64url}=`]) {
      const changes = { ...peerHeaders(certificate), 'X-Client-Cert-Hash': spelling }
      expect(await refusal(changes)).toEqual({ code: 'peer_fingerprint' })
    }
  })

  it('is refused when the fields that nobody reads say what the leaf does not', async () => {
    const said = { 'X-Client-Cert-Subject-DN': 'MBUxEzARBgNVBAMMCkdvb2dsZSBMTEM=', 'X-Client-Cert-DNSName-SANs': 'x' }
    expect(await refusal({ ...forged(another), ...said })).toMatchObject({ code: 'peer_subject' })
  })
})

describe('the memory of leaves', () => {
  it('holds one that passed', async () => {
    const policy = policyAt()
    const first = await peerCertificate(callWith(genuine), policy)
    expect(policy.peer.remembered.size).toBe(1)
    expect(await peerCertificate(callWith(genuine), policy)).toEqual(first)
    expect(policy.peer.remembered.size).toBe(1)
  })

  it('holds none that was refused', async () => {
    const policy = policyAt()
    await refusal(peerHeaders(another), policy)
    await refusal(peerHeaders(foreign.leaf), policy)
    expect(policy.peer.remembered.size).toBe(0)
  })

  it.each<readonly [string, Changes]>([
    ['the hash', { 'X-Client-Cert-Hash': peerHeaders(another)['X-Client-Cert-Hash'] }],
    ['the leaf', { 'X-Client-Cert-Leaf': peerHeaders(another)['X-Client-Cert-Leaf'] }],
    ['the chain', { 'X-Client-Cert-Chain': '' }],
    ['the presence', { 'X-Client-Cert-Present': 'false' }],
    ['the verdict', { 'X-Client-Cert-Chain-Verified': 'false' }],
    ['the error', { 'X-Client-Cert-Error': 'client_cert_validation_failed' }],
    ['how often the leaf is there', { 'X-Client-Cert-Leaf': Array(2).fill(genuine['X-Client-Cert-Leaf']) }],
  ])('does not speak for a call that differs in %s', async (_, changes) => {
    const policy = policyAt()
    await accepted({}, policy)
    expect((await refusal(changes, policy)).code).toBe((await refusal(changes)).code)
  })

  it('forgets at the end of the path, and what it held is refused from then on', async () => {
    let now = NOW
    const policy = policyAt(() => now)
    const shortLived = await authority(SSL_COM, root, { notAfter: new Date(NOW + DAY) })
    const headers = peerHeaders(await clientCertificate(shortLived))
    expect(await accepted(headers, policy)).toBe(true)
    now = NOW + DAY
    expect(await accepted(headers, policy)).toBe(true)
    now = NOW + DAY + 1
    expect(await refusal(headers, policy)).toMatchObject({ code: 'peer_path', reason: 'outside its dates' })
  })
})
