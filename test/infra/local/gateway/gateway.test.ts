import { createHash, hash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import https from 'node:https'
import net from 'node:net'
import tls from 'node:tls'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { chainPem, type Issued, privateKeyPem } from '../../../../infra/local/certificates/certificate.ts'
import {
  type ClientCertificateName,
  clientCertificates,
} from '../../../../infra/local/certificates/client-certificates.ts'
import { developmentCa } from '../../../../infra/local/certificates/development-ca.ts'
import { type GatewayOptions, startGateway } from '../../../../infra/local/gateway/gateway.ts'
import headerFile from '../../../../infra/peer-certificate-headers.json' with { type: 'json' }
import { type CallOptions, call } from '../https-call.ts'
import { type Recorded, startBackend, valuesOf } from './recording-backend.ts'

const ca = await developmentCa()
const dialogflow = await ca.leaf('sslcom')
const attestation = 'the-value-of-the-attestation'

const gatewayTo = async (upstream: URL, options: Partial<GatewayOptions> = {}) => {
  const gateway = await startGateway({
    certificate: ca.server,
    trustAnchors: ca.anchors,
    attestation,
    upstream,
    ...options,
  })
  return gateway
}

const backend = await startBackend()
const gateway = await gatewayTo(backend.url)
const lenient = await gatewayTo(backend.url, { clientValidationMode: 'ALLOW_INVALID_OR_MISSING_CLIENT_CERT' })
afterAll(async () => {
  for (const part of [gateway, lenient, backend]) await part[Symbol.asyncDispose]()
})

const latest = (): Recorded => {
  const recorded = backend.requests.at(-1)
  if (recorded === undefined) throw new Error('nothing reached the backend')
  return recorded
}

/** Sends a request through a gateway and returns what the backend got. */
const through = async (url: URL, options: CallOptions): Promise<Recorded> => {
  const { length } = backend.requests
  expect(await call(url, options)).toMatchObject({ status: 200 })
  expect(backend.requests).toHaveLength(length + 1)
  return latest()
}

const peerHeaders = (recorded: Recorded): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.keys(headerFile).map(name => [name, valuesOf(recorded, name)]))

describe('the headers of the header file', () => {
  test('say exactly what node:crypto says of the certificate that the handshake showed', async () => {
    const subjectAlternativeNames = [
      { type: 'dns' as const, value: '*.dialogflow.com' },
      { type: 'url' as const, value: 'https://dialogflow.com/agent' },
      { type: 'url' as const, value: 'spiffe://dialogflow.com/agent' },
    ]
    const client = await ca.leaf('sslcom', { subjectAlternativeNames, intermediates: 3 })
    const { certificate: leaf, chain } = client
    const recorded = await through(gateway.url, { client })

    const base64 = (text: string) => Buffer.from(text).toString('base64')
    const time = (text: string) => new Date(text).toISOString().replace('.000Z', '+00:00')
    const serial = leaf.serialNumber.toLowerCase().match(/../g)?.join(':')
    const [decodedIssuer, decodedSubject] = ['Issuer', 'Subject'].map(part =>
      Buffer.from(valuesOf(recorded, `X-Client-Cert-${part}-DN`)[0] ?? '', 'base64'),
    )
    expect(peerHeaders(recorded)).toEqual({
      'X-Client-Cert-Present': ['true'],
      'X-Client-Cert-Chain-Verified': ['true'],
      'X-Client-Cert-Error': [''],
      'X-Client-Cert-Hash': [createHash('sha256').update(leaf.raw).digest('base64').slice(0, 43)],
      'X-Client-Cert-Serial-Number': [serial],
      'X-Client-Cert-SPIFFE': ['spiffe://dialogflow.com/agent'],
      'X-Client-Cert-URI-SANs': [base64('https://dialogflow.com/agent')],
      'X-Client-Cert-DNSName-SANs': [base64('*.dialogflow.com')],
      'X-Client-Cert-Valid-Not-Before': [time(leaf.validFrom)],
      'X-Client-Cert-Valid-Not-After': [time(leaf.validTo)],
      'X-Client-Cert-Issuer-DN': [decodedIssuer?.toString('base64')],
      'X-Client-Cert-Subject-DN': [decodedSubject?.toString('base64')],
      'X-Client-Cert-Leaf': [`:${leaf.raw.toString('base64')}:`],
      'X-Client-Cert-Chain': [chain.map(({ raw }) => `:${raw.toString('base64')}:`).join(', ')],
    })
    // The names are the ones in the certificate: the issuer's name is its issuer's subject, both found in the DER.
    expect(decodedIssuer?.length).toBeGreaterThan(0)
    expect(leaf.raw.indexOf(decodedIssuer ?? '')).toBeGreaterThan(0)
    expect(leaf.raw.indexOf(decodedSubject ?? '')).toBeGreaterThan(leaf.raw.indexOf(decodedIssuer ?? ''))
    expect(chain[0]?.raw.indexOf(decodedIssuer ?? '')).toBeGreaterThan(0)
  })

  test('are written as the header file writes them, the attestation too', async () => {
    const { rawHeaders } = await through(gateway.url, { client: dialogflow })
    const names = rawHeaders.filter((_, at) => at % 2 === 0)
    expect(names).toEqual(expect.arrayContaining([...Object.keys(headerFile), 'X-Lb-Attestation']))
  })

  test('tell of an intermediate that the client sends out of order and with the anchor', async () => {
    const client = await ca.leaf('sslcom', { intermediates: 3 })
    const anchor = ca.anchors[0]
    if (anchor === undefined) throw new Error('no anchor')
    const shuffled = [client.certificate, ...client.chain.toReversed(), anchor.certificate].join('')
    const recorded = await through(gateway.url, { client, cert: shuffled })
    const expected = client.chain.map(({ raw }) => `:${raw.toString('base64')}:`).join(', ')
    expect(valuesOf(recorded, 'X-Client-Cert-Chain')).toEqual([expected])
  })

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'are whole on a second connection of the same session over %s',
    async version => {
      const credentials = { cert: chainPem(dialogflow), key: privateKeyPem(dialogflow) }
      const request = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
      let session: Buffer | undefined
      for (let round = 1; round <= 2; round++) {
        const port = Number(gateway.url.port)
        const options = {
          port,
          host: 'localhost',
          ca: String(ca.serverRoot.certificate),
          maxVersion: version,
          ...credentials,
        }
        const socket = tls.connect(session === undefined ? options : { ...options, session })
        socket.on('session', ticket => {
          session = ticket
        })
        socket.write(request)
        await socket.toArray()
        expect(peerHeaders(latest())).toMatchObject({
          'X-Client-Cert-Present': ['true'],
          'X-Client-Cert-Chain': [dialogflow.chain.map(({ raw }) => `:${raw.toString('base64')}:`).join(', ')],
        })
      }
      expect(session).toBeDefined()
    },
  )
})

describe('what the client sends under those names', () => {
  const forged = Object.keys(headerFile).concat('X-Lb-Attestation')
  const recased = (name: string) =>
    name.replace(/./g, (letter, at) => (at % 2 ? letter.toUpperCase() : letter.toLowerCase()))

  test.each([
    ['as written', (name: string) => [name, 'forged']],
    ['in lower case', (name: string) => [name.toLowerCase(), 'forged']],
    ['in mixed case', (name: string) => [recased(name), 'forged']],
    ['twice', (name: string) => [name, 'forged', name.toUpperCase(), 'forged too']],
    ['and nominated as hop-by-hop', (name: string) => [name, 'forged', 'Connection', name]],
  ])('%s, is overwritten', async (_, write) => {
    const genuine = await through(gateway.url, { client: dialogflow })
    const headers = ['Host', 'localhost', ...forged.flatMap(write)]
    const recorded = await through(gateway.url, { client: dialogflow, headers })
    expect(peerHeaders(recorded)).toEqual(peerHeaders(genuine))
    expect(valuesOf(recorded, 'X-Lb-Attestation')).toEqual([attestation])
    expect(recorded.rawHeaders.join('\n')).not.toContain('forged')
  })

  test('is overwritten with the empty string where nothing is known', async () => {
    const headers = ['Host', 'localhost', ...forged.flatMap(name => [name, 'forged'])]
    const recorded = await through(lenient.url, { headers })
    expect(valuesOf(recorded, 'X-Client-Cert-Leaf')).toEqual([''])
    expect(recorded.rawHeaders.join('\n')).not.toContain('forged')
  })

  test('with underscores passes, for the load balancer does not know such names', async () => {
    const recorded = await through(gateway.url, { client: dialogflow, headers: { X_Client_Cert_Present: 'true' } })
    expect(valuesOf(recorded, 'X_Client_Cert_Present')).toEqual(['true'])
  })
})

test('REJECT_INVALID closes the connection before a request comes', async () => {
  const port = Number(gateway.url.port)
  const socket = tls.connect({ port, host: 'localhost', ca: String(ca.serverRoot.certificate) })
  await once(socket, 'secureConnect')
  await expect(socket.toArray()).resolves.toEqual([])
})

/** What each mode makes of each client; undefined: it is a valid certificate. */
const verdicts: readonly (readonly [ClientCertificateName, string | undefined])[] = [
  ['dialogflow', undefined],
  ['dialogflow-legacy', undefined],
  ['wrong-name', undefined],
  ['wrong-issuer', undefined],
  ['unknown-authority', 'client_cert_validation_failed'],
  ['impostor', 'client_cert_validation_failed'],
  ['self-signed', 'client_cert_validation_failed'],
  ['expired', 'client_cert_validation_failed'],
  ['not-yet-valid', 'client_cert_validation_failed'],
  ['no-client-auth', 'client_cert_chain_invalid_eku'],
]

/** Certificates that no one keeps as a file: the load balancer's limits. */
const limits: readonly (readonly [string, () => Promise<Issued>, string | undefined])[] = [
  ['no extended key usage at all', () => ca.leaf('sslcom', { extendedKeyUsage: [] }), 'client_cert_chain_invalid_eku'],
  ['a leaf that is an authority', () => ca.leaf('gts-legacy', { authority: true }), 'client_cert_validation_failed'],
  ['an RSA key of 1024 bits', () => ca.leaf('sslcom', { key: 'rsa-1024' }), 'client_cert_invalid_rsa_key_size'],
  ['a P-384 key', () => ca.leaf('sslcom', { key: 'p-384' }), undefined],
  ['a P-521 key', () => ca.leaf('sslcom', { key: 'p-521' }), 'client_cert_unsupported_elliptic_curve_key'],
  ['an Ed25519 key', () => ca.leaf('sslcom', { key: 'ed25519' }), 'client_cert_unsupported_key_algorithm'],
  ['ten intermediates', () => ca.leaf('gts-legacy', { intermediates: 10 }), undefined],
  ['eleven intermediates', () => ca.leaf('gts-legacy', { intermediates: 11 }), 'client_cert_chain_exceeded_limit'],
]

const cases: readonly (readonly [string, () => Promise<Issued | undefined>, string | undefined])[] = [
  ['no certificate', async () => undefined, 'client_cert_not_provided'],
  ...verdicts.map(([name, error]) => [name, () => clientCertificates[name](ca), error] as const),
  ...limits,
]

/** OpenSSL's own client refuses to present a weak key at its default level. */
const weak = { ciphers: 'DEFAULT@SECLEVEL=0' }

describe.each(cases)('%s', async (_, make, error) => {
  const client = await make()
  const options = client === undefined ? weak : { client, ...weak }

  test(`is ${error === undefined ? 'let through' : 'closed'} by REJECT_INVALID`, async () => {
    const entries: unknown[] = []
    const strict = await gatewayTo(backend.url, { log: (...entry) => entries.push(entry) })
    onTestFinished(() => strict[Symbol.asyncDispose]())
    const { length } = backend.requests
    if (error === undefined) {
      await through(strict.url, options)
      expect(entries).toEqual([])
    } else {
      await expect(call(strict.url, options)).rejects.toThrow(/socket hang up|ECONNRESET|EPIPE/)
      expect(backend.requests).toHaveLength(length)
      expect(entries).toEqual([['INFO', 'connection closed', { statusDetails: error }]])
    }
  })

  test('is told of by ALLOW_INVALID_OR_MISSING_CLIENT_CERT', async () => {
    const recorded = await through(lenient.url, options)
    expect(valuesOf(recorded, 'X-Client-Cert-Present')).toEqual([String(client !== undefined)])
    expect(valuesOf(recorded, 'X-Client-Cert-Chain-Verified')).toEqual([String(error === undefined)])
    expect(valuesOf(recorded, 'X-Client-Cert-Error')).toEqual([error ?? ''])
    expect(valuesOf(recorded, 'X-Client-Cert-Leaf')).toEqual([
      error === undefined && client !== undefined ? `:${client.certificate.raw.toString('base64')}:` : '',
    ])
    expect(valuesOf(recorded, 'X-Lb-Attestation')).toEqual([attestation])
  })
})

describe('the header of a request', () => {
  test("keeps what is the client's own, in its order, case and number", async () => {
    const headers = [
      'Host',
      'www.example.com',
      'authorization',
      'Bearer a',
      'X-Custom',
      '1',
      'x-custom',
      '2',
      'User-Agent',
      'Google-Dialogflow',
    ]
    const { rawHeaders, path, method } = await through(new URL('/a%20b?c=d&c=%22', gateway.url), {
      client: dialogflow,
      headers,
    })
    expect(rawHeaders.slice(0, headers.length)).toEqual(headers)
    expect({ path, method }).toEqual({ path: '/a%20b?c=d&c=%22', method: 'GET' })
  })

  test('says where it comes from', async () => {
    const recorded = await through(gateway.url, { client: dialogflow, host: '127.0.0.1' })
    expect(valuesOf(recorded, 'X-Forwarded-For')).toEqual(['127.0.0.1,127.0.0.1'])
    expect(valuesOf(recorded, 'X-Forwarded-Proto')).toEqual(['https'])
    expect(valuesOf(recorded, 'Via')).toEqual(['1.1 google'])
    expect(valuesOf(recorded, 'X-Cloud-Trace-Context')[0]).toMatch(/^[0-9a-f]{32}\/\d+;o=1$/)
  })

  test('appends to what a client claims of its way, and replaces what it claims of the protocol', async () => {
    const headers = [
      'Host',
      'localhost',
      'x-forwarded-for',
      '203.0.113.1',
      'X-Forwarded-Proto',
      'http',
      'VIA',
      '1.1 other',
    ]
    const recorded = await through(gateway.url, { client: dialogflow, headers })
    expect(valuesOf(recorded, 'X-Forwarded-For')).toEqual(['203.0.113.1,127.0.0.1,127.0.0.1'])
    expect(valuesOf(recorded, 'X-Forwarded-Proto')).toEqual(['https'])
    expect(valuesOf(recorded, 'Via')).toEqual(['1.1 other, 1.1 google'])
  })

  test.each([
    ['0123456789abcdef0123456789abcdef/1;o=1', true],
    ['0123456789abcdef0123456789abcdef', true],
    ['x'.repeat(200), false],
    ['0123456789abcdef0123456789abcdef/1;o=1 injected', false],
  ])('continues the trace %s: %s', async (trace, kept) => {
    const recorded = await through(gateway.url, { client: dialogflow, headers: { 'X-Cloud-Trace-Context': trace } })
    const [forwarded, ...others] = valuesOf(recorded, 'X-Cloud-Trace-Context')
    expect(others).toEqual([])
    expect(forwarded === trace).toBe(kept)
  })

  test('leaves hop-by-hop fields behind, and does not lose its framing to a nomination', async () => {
    const body = [Buffer.from('{}')]
    const headers = {
      Connection: 'close, X-Mine, Content-Length',
      'X-Mine': '1',
      'Keep-Alive': 'timeout=5',
      TE: 'trailers',
      'Content-Length': '2',
    }
    const recorded = await through(gateway.url, { client: dialogflow, method: 'POST', headers, body })
    for (const name of ['X-Mine', 'TE', 'Keep-Alive']) expect(valuesOf(recorded, name)).toEqual([])
    expect(valuesOf(recorded, 'Content-Length')).toEqual(['2'])
    expect(recorded.body.toString()).toBe('{}')
  })
})

test("the answer comes back with its status, its fields and the load balancer's Via", async () => {
  const upstream = await startBackend((_, response) => {
    response.writeHead(418, 'Short and stout', [
      'X-One',
      '1',
      'X-One',
      '2',
      'Connection',
      'keep-alive, X-Hop',
      'X-Hop',
      '1',
    ])
    response.end('tea')
  })
  onTestFinished(() => upstream[Symbol.asyncDispose]())
  const own = await gatewayTo(upstream.url)
  onTestFinished(() => own[Symbol.asyncDispose]())
  const answer = await call(own.url, { client: dialogflow })
  expect(answer).toMatchObject({ status: 418, body: 'tea' })
  expect(answer.rawHeaders.slice(0, 4)).toEqual(['X-One', '1', 'X-One', '2'])
  expect(answer.rawHeaders).not.toContain('X-Hop')
  expect(answer.rawHeaders.join(': ')).toContain('Via: 1.1 google')
})

describe('a large body', () => {
  const CHUNK = 64 * 1024
  const CHUNKS = 128

  test.each(['Content-Length', 'Transfer-Encoding'])('is streamed both ways with %s', async framing => {
    const upstream = await startBackend((request, response) => {
      response.writeHead(200)
      request.pipe(response)
    })
    onTestFinished(() => upstream[Symbol.asyncDispose]())
    const own = await gatewayTo(upstream.url)
    onTestFinished(() => own[Symbol.asyncDispose]())
    const body = Array.from({ length: CHUNKS }, () => randomBytes(CHUNK / 2).toString('hex')).map(text =>
      Buffer.from(text),
    )
    const headers = { [framing]: framing === 'Content-Length' ? String(CHUNK * CHUNKS) : 'chunked' }
    const answer = await call(own.url, { client: dialogflow, method: 'POST', headers, body })
    expect(answer.body).toHaveLength(CHUNK * CHUNKS)
    expect(hash('sha256', answer.body)).toBe(hash('sha256', Buffer.concat(body)))
  })

  test('keeps its framing where a method seldom has a body', async () => {
    const headers = { 'Transfer-Encoding': 'chunked' }
    const recorded = await through(gateway.url, {
      client: dialogflow,
      method: 'DELETE',
      headers,
      body: [Buffer.from('one'), Buffer.from('two')],
    })
    expect(recorded.body.toString()).toBe('onetwo')
  })

  test('does not wait for its end: the backend answers while the client still sends', async () => {
    const upstream = await startBackend((request, response) => {
      request.once('data', chunk => response.write(chunk))
      request.on('end', () => response.end())
    })
    onTestFinished(() => upstream[Symbol.asyncDispose]())
    const own = await gatewayTo(upstream.url)
    onTestFinished(() => own[Symbol.asyncDispose]())
    const request = https.request(own.url, {
      method: 'POST',
      agent: false,
      ca: String(ca.serverRoot.certificate),
      cert: chainPem(dialogflow),
      key: privateKeyPem(dialogflow),
    })
    request.write('first')
    const early = await new Promise<string>((resolve, reject) => {
      request.on('error', reject)
      request.on('response', response => response.once('data', chunk => resolve(String(chunk))))
    })
    request.end('last')
    expect(early).toBe('first')
  })
})

test('keeps connections to the backend open for the next request', async () => {
  const first = await through(gateway.url, { client: dialogflow })
  const second = await through(gateway.url, { client: dialogflow })
  expect(second.remotePort).toBe(first.remotePort)
})

describe('a backend', () => {
  const gatewayToListener = async (listener: Parameters<typeof startBackend>[0], options?: Partial<GatewayOptions>) => {
    const upstream = await startBackend(listener)
    const own = await gatewayTo(upstream.url, options)
    onTestFinished(async () => {
      await own[Symbol.asyncDispose]()
      await upstream[Symbol.asyncDispose]()
    })
    return own
  }
  const body = Array.from({ length: 64 }, () => Buffer.alloc(256 * 1024, 'a'))

  test('that is down is answered with 502, body or not', async () => {
    const closed = await startBackend()
    await closed[Symbol.asyncDispose]()
    const own = await gatewayTo(closed.url)
    onTestFinished(() => own[Symbol.asyncDispose]())
    expect(await call(own.url, { client: dialogflow })).toMatchObject({ status: 502 })
    expect(await call(own.url, { client: dialogflow, method: 'POST', body })).toMatchObject({ status: 502 })
  })

  test('that hangs up before it answers is answered with 502', async () => {
    const own = await gatewayToListener(request => request.socket.destroy())
    expect(await call(own.url, { client: dialogflow })).toMatchObject({ status: 502 })
  })

  test('that talks something else is answered with 502', async () => {
    const server = net.createServer(socket => socket.end('SSH-2.0-OpenSSH\r\n')).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await new Promise(resolve => server.once('listening', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    const own = await gatewayTo(new URL(`http://127.0.0.1:${port}`))
    onTestFinished(() => own[Symbol.asyncDispose]())
    expect(await call(own.url, { client: dialogflow })).toMatchObject({ status: 502 })
  })

  test('that is too slow is answered with 504', async () => {
    const own = await gatewayToListener(() => {}, { timeoutMs: 50 })
    const answer = await call(own.url, { client: dialogflow, method: 'POST', body })
    expect(answer).toMatchObject({ status: 504, body: 'upstream request timeout' })
  })

  test('that is too slow with the rest of its answer is cut off', async () => {
    const own = await gatewayToListener((_, response) => void response.write('begin'), { timeoutMs: 50 })
    await expect(call(own.url, { client: dialogflow })).rejects.toThrow(/aborted/)
  })

  test('that answers before the body has come is heard', async () => {
    const own = await gatewayToListener((_, response) => void response.writeHead(413).end('too large'))
    expect(await call(own.url, { client: dialogflow, method: 'POST', body })).toMatchObject({ status: 413 })
  })

  test.each<[string, RequestListener, number]>([
    ['hangs up', request => request.socket.destroy(), 502],
    ['answers at once', (_, response) => void response.writeHead(413).end(), 413],
  ])('that %s is heard by a client that sends everything before it reads', async (_, listener, status) => {
    const own = await gatewayToListener(listener)
    const socket = tls.connect({
      port: Number(own.url.port),
      host: 'localhost',
      ca: String(ca.serverRoot.certificate),
      cert: chainPem(dialogflow),
      key: privateKeyPem(dialogflow),
    })
    onTestFinished(() => void socket.destroy())
    socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${Buffer.concat(body).length}\r\n\r\n`)
    for (const chunk of body) if (!socket.write(chunk)) await once(socket, 'drain')
    const [answer] = await once(socket, 'data')
    expect(String(answer)).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  })

  test('loses its request when the client goes away', async () => {
    let gone = () => {}
    const aborted = new Promise<void>(resolve => {
      gone = resolve
    })
    const own = await gatewayToListener((request, response) => {
      request.resume()
      response.on('close', gone)
      client.destroy()
    })
    const client = https.request(own.url, {
      agent: false,
      ca: String(ca.serverRoot.certificate),
      cert: chainPem(dialogflow),
      key: privateKeyPem(dialogflow),
    })
    client.on('error', () => {})
    client.end()
    await aborted
  })
})
