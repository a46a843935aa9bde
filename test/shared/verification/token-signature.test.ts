import { createHmac, createSign, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fail } from '../../../shared/runtime/result.ts'
import { parseToken } from '../../../shared/verification/json-web-token.ts'
import type { KeySource } from '../../../shared/verification/key-source.ts'
import { verifySignature } from '../../../shared/verification/token-signature.ts'
import { encode, genuineClaims, genuineHeader, google, KID, keysOf, signed, tokenWith } from './tokens.ts'

const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const keys = keysOf({ [KID]: google.publicKey, another: stranger.publicKey })

const verify = (token: string, source: KeySource = keys) => {
  const parsed = parseToken(token)
  if (!parsed.ok) throw new Error(parsed.error)
  return verifySignature(parsed.value, source)
}

const inputWith = (header: object) => `${encode({ ...genuineHeader, ...header })}.${encode(genuineClaims)}`

describe('a signature', () => {
  it('by the key that the token names is good', async () => {
    expect(await verify(tokenWith())).toBeUndefined()
    expect(await verify(tokenWith({}, { kid: 'another' }, stranger.privateKey))).toBeUndefined()
  })

  it('by another key is not', async () => {
    expect(await verify(tokenWith({}, {}, stranger.privateKey))).toEqual({ code: 'token_signature' })
    expect(await verify(tokenWith({}, { kid: 'another' }))).toEqual({ code: 'token_signature' })
  })

  it('by an unknown key is not', async () => {
    expect(await verify(tokenWith({}, { kid: 'unknown' }))).toEqual({ code: 'token_key_unknown', kid: 'unknown' })
  })

  it('is not good of anything else than what was signed', async () => {
    const [header, claims, signature] = tokenWith().split('.')
    const other = encode({ ...genuineClaims, email: 'somebody@else.example' })
    expect(await verify(`${header}.${other}.${signature}`)).toEqual({ code: 'token_signature' })
    const spaced = Buffer.from(`${JSON.stringify(genuineHeader)} `).toString('base64url')
    expect(await verify(`${spaced}.${claims}.${signature}`)).toEqual({ code: 'token_signature' })
    expect(await verify(`${header}.${claims}.`)).toEqual({ code: 'token_signature' })
  })

  it.each([
    ['shortened', (signature: Buffer) => signature.subarray(1)],
    ['lengthened', (signature: Buffer) => Buffer.concat([signature, Buffer.alloc(1)])],
    ['with a zero before it', (signature: Buffer) => Buffer.concat([Buffer.alloc(1), signature])],
    ['of zeros', (signature: Buffer) => Buffer.alloc(signature.length)],
    ['of ones', (signature: Buffer) => Buffer.alloc(signature.length, 0xff)],
    [
      'with a bit changed',
      (signature: Buffer) => Buffer.concat([Buffer.from([signature.readUInt8() ^ 1]), signature.subarray(1)]),
    ],
    ['of half a megabyte', () => Buffer.alloc(500_000, 7)],
  ])('is not good %s', async (_, change) => {
    const at = tokenWith().lastIndexOf('.')
    const signature = change(Buffer.from(tokenWith().slice(at + 1), 'base64url'))
    expect(await verify(`${tokenWith().slice(0, at)}.${signature.toString('base64url')}`)).toEqual({
      code: 'token_signature',
    })
  })

  it('waits for no keys that cannot be had', async () => {
    const down: KeySource = { find: async () => fail('HTTP status 500'), prefetch: async () => {} }
    expect(await verify(tokenWith(), down)).toEqual({ code: 'keys_unavailable', reason: 'HTTP status 500' })
  })
})

describe('an algorithm other than RS256', () => {
  const pss = (hash: string) => (input: string) =>
    createSign(hash).update(input).sign({ key: google.privateKey, padding: 6, saltLength: 32 })
  const pkcs = (hash: string) => (input: string) => sign(hash, Buffer.from(input), google.privateKey)
  const hmac = (key: string | Buffer) => (input: string) => createHmac('sha256', key).update(input).digest()
  const ecdsa = (input: string) =>
    sign('sha256', Buffer.from(input), { key: curve.privateKey, dsaEncoding: 'ieee-p1363' })
  const spki = google.publicKey.export({ type: 'spki', format: 'pem' })
  const jwk = JSON.stringify(google.publicKey.export({ format: 'jwk' }))

  it.each<readonly [unknown, string, (input: string) => Buffer]>([
    ['none', 'none', () => Buffer.alloc(0)],
    ['None', 'None', () => Buffer.alloc(0)],
    ['nOnE', 'nOnE', () => Buffer.alloc(0)],
    ['none', 'none', pkcs('sha256')],
    ['HS256', 'HS256', hmac(spki)],
    ['HS256', 'HS256', hmac(google.publicKey.export({ type: 'spki', format: 'der' }))],
    ['HS256', 'HS256', hmac(jwk)],
    ['HS256', 'HS256', hmac('')],
    ['RS384', 'RS384', pkcs('sha384')],
    ['RS512', 'RS512', pkcs('sha512')],
    ['RS1', 'RS1', pkcs('sha1')],
    ['PS256', 'PS256', pss('sha256')],
    ['ES256', 'ES256', ecdsa],
    ['rs256', 'rs256', pkcs('sha256')],
    ['RS256 ', 'RS256 ', pkcs('sha256')],
    ['', '', pkcs('sha256')],
    [undefined, '(undefined)', pkcs('sha256')],
    [null, '(object)', pkcs('sha256')],
    [256, '(number)', pkcs('sha256')],
    [['RS256'], '(object)', pkcs('sha256')],
    [{ RS256: true }, '(object)', pkcs('sha256')],
    [true, '(boolean)', pkcs('sha256')],
  ])('is refused by its name, %j, however the token is signed', async (alg, observed, make) => {
    const input = inputWith({ alg })
    const refused = { code: 'token_algorithm', observed, expected: 'RS256' }
    expect(await verify(`${input}.${make(input).toString('base64url')}`)).toEqual(refused)
  })

  it.each([
    ['SHA-384', pkcs('sha384')],
    ['SHA-512', pkcs('sha512')],
    ['SHA-1', pkcs('sha1')],
    ['PSS', pss('sha256')],
    ['HMAC with the public key', hmac(spki)],
    ['ECDSA', ecdsa],
  ])('is refused under the name of RS256: %s', async (_, make) => {
    const input = inputWith({})
    expect(await verify(`${input}.${make(input).toString('base64url')}`)).toEqual({ code: 'token_signature' })
  })
})

describe('a key that the token brings with it', () => {
  const own = stranger.publicKey.export({ format: 'jwk' })
  it.each([
    ['jwk', { jwk: { ...own, kid: KID } }],
    ['jku', { jku: 'https://evil.example/certs' }],
    ['x5c', { x5c: ['MIIB'] }],
    ['x5u', { x5u: 'https://evil.example/cert.pem' }],
  ])('is passed over: %s', async (_, header) => {
    expect(await verify(tokenWith({}, header, stranger.privateKey))).toEqual({ code: 'token_signature' })
    expect(await verify(tokenWith({}, header))).toBeUndefined()
  })
})

describe('a critical extension', () => {
  it.each([[['b64']], [['exp']], [[]], [null], [{}], ['exp'], [false]])('is refused: %j', async crit => {
    expect(await verify(tokenWith({}, { crit, b64: true }))).toMatchObject({ code: 'token_malformed', reason: /crit/ })
  })
})

describe('a key id', () => {
  it.each<readonly [unknown]>([[undefined], [null], [0], [true], [['6ed']], [{}], ['k'.repeat(129)]])(
    'is refused: %.40j',
    async kid => {
      expect(await verify(tokenWith({}, { kid }))).toEqual({ code: 'token_malformed', reason: 'no key id (kid)' })
    },
  )

  it.each(['', '__proto__', 'constructor', 'toString', KID.toUpperCase(), `${KID} `, '../../dev/null', "' OR 1=1"])(
    'is unknown: %j',
    async kid => {
      const keyMap = new Map<string, KeyObject>([[KID, google.publicKey]])
      const source: KeySource = { find: async id => ({ ok: true, value: keyMap.get(id) }), prefetch: async () => {} }
      expect(await verify(tokenWith({}, { kid }), source)).toEqual({ code: 'token_key_unknown', kid })
    },
  )

  it('is looked for only once the rest of the header is in order', async () => {
    const asked: string[] = []
    const source: KeySource = {
      find: async id => {
        asked.push(id)
        return { ok: true, value: google.publicKey }
      },
      prefetch: async () => {},
    }
    for (const header of [{ alg: 'none' }, { crit: ['b64'] }, { kid: 1 }])
      await verify(signed(inputWith(header)), source)
    expect(asked).toEqual([])
  })
})
