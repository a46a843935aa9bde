import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { fetchKeysFrom, maxAgeOf, parseKeySet } from '../../../shared/verification/fetch-keys.ts'

const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey
const curve25519 = generateKeyPairSync('ed25519').publicKey

const jwk = (key: KeyObject, more: object = {}) => ({ ...key.export({ format: 'jwk' }), kid: 'k', ...more })
const google = jwk(publicKey, { alg: 'RS256', use: 'sig' })
const { n, e, kty } = google

describe('a JWK Set', () => {
  const kidsOf = (...keys: readonly unknown[]) => {
    const parsed = parseKeySet(JSON.stringify({ keys }))
    return parsed.ok ? [...parsed.value.keys()] : parsed.error
  }

  it('gives its RS256 keys by their ids', () => {
    const parsed = parseKeySet(JSON.stringify({ keys: [google, jwk(publicKey, { kid: 'l' })] }))
    if (!parsed.ok) throw new Error(parsed.error)
    expect([...parsed.value.keys()]).toEqual(['k', 'l'])
    expect(parsed.value.get('k')?.equals(publicKey)).toBe(true)
  })

  it.each([
    ['without a stated use or algorithm', jwk(publicKey)],
    ['for verifying', jwk(publicKey, { key_ops: ['verify'] })],
    ['with members that nobody knows', { ...google, x: [{}] }],
  ])('gives a key %s', (_, key) => {
    expect(kidsOf(key)).toEqual(['k'])
  })

  it.each([
    ['for encryption', { ...google, use: 'enc' }],
    ['for operations other than verifying (RFC 7517 §4.3)', { ...google, key_ops: ['encrypt'] }],
    ['for operations that are no list', { ...google, key_ops: 'verify' }],
    ['for no operation', { ...google, key_ops: [] }],
    ['for another algorithm', { ...google, alg: 'RS512' }],
    ['for PSS', { ...google, alg: 'PS256' }],
    ['of 1024 bits', jwk(small)],
    ['on an elliptic curve', jwk(curve)],
    ['on an Edwards curve', jwk(curve25519)],
    ['that is shared', { kty: 'oct', k: 'c2VjcmV0', kid: 'k', alg: 'HS256' }],
    ['without an id', { ...google, kid: undefined }],
    ['whose id is a number', { ...google, kid: 1 }],
    ['whose id is null', { ...google, kid: null }],
    ['without a modulus', { kty, e, kid: 'k' }],
    ['without an exponent', { kty, n, kid: 'k' }],
    ['whose modulus is a number', { kty, n: 1, e, kid: 'k' }],
    ['whose modulus is empty', { kty, n: '', e, kid: 'k' }],
    ['whose modulus is garbage', { kty, n: '!!!', e, kid: 'k' }],
    ['without a type', { ...google, kty: undefined }],
    ['that is null', null],
    ['that is a string', 'k'],
    ['that is a list', [google]],
    ['that is a number', 1],
  ])('passes over a key %s', (_, key) => {
    expect(kidsOf(key)).toBe('the answer holds no RS256 key')
    expect(kidsOf(key, { ...google, kid: 'good' })).toEqual(['good'])
  })

  it.each([
    ['nothing', '', 'the answer is not JSON'],
    ['HTML', '<html>Error 500</html>', 'the answer is not JSON'],
    ['half of it', JSON.stringify({ keys: [google] }).slice(0, 100), 'the answer is not JSON'],
    ['null', 'null', 'the answer is not a JWK Set'],
    ['a number', '1', 'the answer is not a JWK Set'],
    ['a string', '"keys"', 'the answer is not a JWK Set'],
    ['a list', JSON.stringify([google]), 'the answer is not a JWK Set'],
    ['a single key', JSON.stringify(google), 'the answer is not a JWK Set'],
    ['a map of PEMs, as /oauth2/v1/certs has it', '{"k":"-----BEGIN CERTIFICATE-----"}', 'the answer is not a JWK Set'],
    ['keys that are no list', '{"keys":{"k":1}}', 'the answer is not a JWK Set'],
    ['a list of none', '{"keys":[]}', 'the answer holds no RS256 key'],
  ])('is not %s', (_, text, error) => {
    expect(parseKeySet(text)).toEqual({ ok: false, error })
  })

  it('is read up to its thirty-second key', () => {
    expect(kidsOf(...Array.from({ length: 100 }, (_, at) => ({ ...google, kid: String(at) })))).toHaveLength(32)
  })
})

describe('the age', () => {
  const MINUTE = 60_000
  const HOUR = 60 * MINUTE
  const DEFAULT = 5 * MINUTE

  it.each<readonly [string | undefined, number]>([
    ['public, max-age=22056, must-revalidate, no-transform', 22_056_000],
    ['max-age=3600', HOUR],
    ['Max-Age=3600', HOUR],
    ['max-age="3600"', HOUR],
    ['public,max-age=3600', HOUR],
    ['s-maxage=7200, max-age=3600', HOUR],
    ['max-age=3600, max-age=7200', HOUR],
    ['max-age=0', MINUTE],
    ['max-age=59', MINUTE],
    ['no-store, max-age=0', MINUTE],
    ['max-age=86401', 24 * HOUR],
    ['max-age=999999999999999999999', 24 * HOUR],
    [undefined, DEFAULT],
    ['', DEFAULT],
    ['no-cache', DEFAULT],
    ['s-maxage=3600', DEFAULT],
    ['x-max-age=3600', DEFAULT],
    ['max-age', DEFAULT],
    ['max-age=', DEFAULT],
    ['max-age=-1', DEFAULT],
    ['max-age=NaN', DEFAULT],
    ['max-age=Infinity', DEFAULT],
    ['max-age = 3600', DEFAULT],
  ])('of keys sent with %j is %d ms', (cacheControl, milliseconds) => {
    expect(maxAgeOf(cacheControl === undefined ? {} : { 'cache-control': cacheControl })).toBe(milliseconds)
  })

  it.each([
    ['600', 50 * MINUTE],
    ['3600', MINUTE],
    ['99999', MINUTE],
    ['0', HOUR],
    ['-1', HOUR],
    ['x', HOUR],
    ['', HOUR],
    ['1, 2', HOUR],
  ])('is less by the %j seconds spent in caches', (age, milliseconds) => {
    expect(maxAgeOf({ 'cache-control': 'max-age=3600', age })).toBe(milliseconds)
  })
})

describe('a key server', () => {
  const closing: (() => void)[] = []
  afterEach(() => {
    for (const close of closing.splice(0)) close()
  })

  const serve = async (listener: RequestListener) => {
    const server = createServer(listener)
    const sockets = new Set<Socket>()
    server.on('connection', socket => {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const close = () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    }
    closing.push(close)
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/certs`, sockets, close }
  }

  const answering = (status: number, body: string | Buffer, headers: Readonly<Record<string, string>> = {}) =>
    serve((_, response) => response.writeHead(status, headers).end(body))

  const shortTimeout = () => {
    const { timeout } = AbortSignal
    return vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(50))
  }

  const body = JSON.stringify({ keys: [google] })

  it('gives keys and their age', async () => {
    const { url } = await answering(200, body, { 'Cache-Control': 'public, max-age=3600', Age: '60' })
    const fetched = await fetchKeysFrom(url)()
    expect(fetched).toEqual({ ok: true, value: { keys: expect.any(Map), maxAge: 3_540_000 } })
  })

  it.each([
    [500, 'Internal error'],
    [404, '<html>'],
    [403, ''],
    [204, ''],
    [206, body],
    [304, ''],
  ])('that answers with status %i is not believed', async (status, text) => {
    const { url } = await answering(status, text)
    expect(await fetchKeysFrom(url)()).toEqual({ ok: false, error: `HTTP status ${status}` })
  })

  it.each([301, 302, 303, 307, 308])('that redirects (%i) is not followed', async status => {
    let followed = false
    const elsewhere = await serve((_, response) => {
      followed = true
      response.end(body)
    })
    const { url } = await answering(status, '', { Location: elsewhere.url })
    expect(await fetchKeysFrom(url)()).toEqual({ ok: false, error: `HTTP status ${status}` })
    expect(followed).toBe(false)
  })

  it.each([
    ['HTML', '<html>', 'the answer is not JSON'],
    ['wrong JSON', '{"error":"x"}', 'the answer is not a JWK Set'],
    ['small keys', JSON.stringify({ keys: [jwk(small)] }), 'the answer holds no RS256 key'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]), 'the answer is not JSON'],
  ])('that answers %s is not believed', async (_, text, error) => {
    const { url } = await answering(200, text)
    expect(await fetchKeysFrom(url)()).toEqual({ ok: false, error })
  })

  it('whose answer is huge is not heard out', async () => {
    const { url } = await answering(200, Buffer.alloc(20 * 1024 * 1024, ' '), {})
    expect(await fetchKeysFrom(url)()).toEqual({ ok: false, error: 'an answer over 65536 bytes' })
  })

  it('whose answer is compressed although nobody asked for it is not inflated', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024, ' '))
    const { url } = await answering(200, bomb, { 'Content-Encoding': 'gzip' })
    expect(await fetchKeysFrom(url)()).toEqual({ ok: false, error: 'the answer is not JSON' })
  })

  it('whose answer never ends is not heard out', async () => {
    const { url } = await serve((_, response) => {
      const write = () => void response.write(' '.repeat(16 * 1024), () => setImmediate(write))
      write()
    })
    expect(await fetchKeysFrom(url)()).toEqual({ ok: false, error: 'an answer over 65536 bytes' })
  })

  it('may take two seconds, and no longer', async () => {
    const timeout = shortTimeout()
    const { url } = await serve(() => {})
    expect(await fetchKeysFrom(url)()).toEqual({ ok: false, error: 'no answer within 2000 ms' })
    expect(timeout).toHaveBeenCalledWith(2000)
  })

  it('may take no longer for the rest of its answer', async () => {
    shortTimeout()
    const { url } = await serve((_, response) => void response.writeHead(200).write('{"keys":'))
    expect(await fetchKeysFrom(url)()).toEqual({ ok: false, error: 'no answer within 2000 ms' })
  })

  it('that hangs up, or is not there, is named so, without its address', async () => {
    const { url, close } = await serve(request => request.socket.destroy())
    expect(await fetchKeysFrom(url)()).toEqual({ ok: false, error: 'no connection' })
    close()
    expect(await fetchKeysFrom(url)()).toEqual({ ok: false, error: 'no connection' })
    expect(await fetchKeysFrom('https://127.0.0.1:1/')()).toEqual({ ok: false, error: 'no connection' })
    expect(await fetchKeysFrom('not a URL')()).toEqual({ ok: false, error: 'no connection' })
  })

  it('keeps no connection busy after a refusal', async () => {
    const { url, sockets } = await serve((_, response) => void response.writeHead(500).write('x'.repeat(1000)))
    await fetchKeysFrom(url)()
    await vi.waitFor(() => expect(sockets.size).toBe(0))
  })
})
