import { createHash } from 'node:crypto'
import { type IncomingMessage, Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { http as register } from '@google-cloud/functions-framework'
import { getTestServer } from '@google-cloud/functions-framework/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { prepareFunctionHost } from '../../../shared/runtime/function-host.ts'
import { readBody } from '../../../shared/runtime/read-body.ts'

const logged: unknown[] = []
const bodies: Awaited<ReturnType<typeof readBody>>[] = []
const seen: { parsed: unknown; rawBody: unknown; length: string | undefined }[] = []

const probe = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const raw = request.rawHeaders
  const at = raw.findIndex(name => name.toLowerCase() === 'content-length')
  const parsed = 'body' in request ? request.body : undefined
  const rawBody = 'rawBody' in request ? request.rawBody : undefined
  seen.push({ parsed, rawBody, length: at < 0 ? undefined : raw[at + 1] })
  if (request.headers['x-refuse'] !== undefined) return void response.writeHead(403).end()
  if (request.headers['x-early'] !== undefined) response.write(' ')
  const body = await readBody(request, { maxBytes: 1024 * 1024, timeoutMs: 1000 })
  bodies.push(body)
  response.end(JSON.stringify(body.ok ? { size: body.value.length, sha1: sha1(body.value) } : { failed: body.error }))
}
register('probe', probe)

const sha1 = (bytes: Buffer | string) => createHash('sha1').update(bytes).digest('hex')

/** Everything that a server says to these bytes until it closes the connection, or the client does. */
const exchange = (server: Server, ...parts: readonly (string | Buffer)[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
      for (const part of parts) socket.write(part)
    })
    socket.on('data', chunk => chunks.push(chunk))
    socket.on('error', error => ('code' in error && error.code === 'ECONNRESET' ? undefined : reject(error)))
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
  })

const request = (headers: Readonly<Record<string, string | number>>): string =>
  [
    'POST / HTTP/1.1',
    'Host: x',
    'Connection: close',
    ...Object.entries(headers).map(([n, v]) => `${n}: ${v}`),
    '',
    '',
  ].join('\r\n')

const started = async (): Promise<Server> => {
  const server = getTestServer('probe')
  if (!(server instanceof Server)) throw new TypeError('no HTTP server')
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}

let undo: () => void = () => {}
let server: Server

beforeAll(async () => {
  undo = prepareFunctionHost(probe, (...entry) => void logged.push(entry))
  server = await started()
})
afterAll(() => {
  undo()
  server.close()
})
afterEach(() => {
  logged.length = 0
  bodies.length = 0
  seen.length = 0
})

const REFUSED = {
  error: { code: 400, status: 'INVALID_ARGUMENT', message: 'The request is not well-formed.' },
}
const bodyOf = (answer: string): unknown => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))

describe('a path that cannot be decoded', () => {
  it.each(['/%ff', '/%', '*'])('is no reason for the framework to answer: %s', async path => {
    const answer = await exchange(server, request({ 'Content-Length': 2 }).replace('POST / ', `POST ${path} `), '{}')
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(bodyOf(answer)).toMatchObject({ size: 2 })
  })
})

describe('a body', () => {
  const small = JSON.stringify({ text: 'Hi' })

  it('is left to the function, with everything that its headers say', async () => {
    const answer = await exchange(
      server,
      request({ 'Content-Type': 'application/json', 'Content-Length': small.length }),
      small,
    )
    expect(bodyOf(answer)).toEqual({ size: small.length, sha1: sha1(small) })
    expect(seen).toEqual([{ parsed: undefined, rawBody: undefined, length: String(small.length) }])
  })

  it('is left to the function in chunks too', async () => {
    const chunks = `${small.length.toString(16)}\r\n${small}\r\n0\r\n\r\n`
    const answer = await exchange(
      server,
      request({ 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' }),
      chunks,
    )
    expect(bodyOf(answer)).toEqual({ size: small.length, sha1: sha1(small) })
  })

  it.each([
    ['application/json', '{"half":'],
    ['application/json', '<html>'],
    ['application/cloudevents+json', '{"half":'],
    ['application/x-www-form-urlencoded', 'a=%ff&a[b][c]=1'],
    ['text/plain; charset=x', 'text'],
    ['application/json; charset=utf-7', '{}'],
  ])('never reaches a parser of the framework, nor is answered by one: %s, %s', async (type, body) => {
    const answer = await exchange(server, request({ 'Content-Type': type, 'Content-Length': body.length }), body)
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(bodyOf(answer)).toEqual({ size: body.length, sha1: sha1(body) })
  })

  it('is not inflated', async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024))
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip', 'Content-Length': bomb.length }
    expect(bodyOf(await exchange(server, request(headers), bomb))).toEqual({ size: bomb.length, sha1: sha1(bomb) })
  })

  it('is not waited for by the framework when it is large', async () => {
    const declared = 500 * 1024 * 1024
    const head = request({ 'Content-Type': 'application/json', 'Content-Length': declared })
    const answer = await exchange(server, head, Buffer.alloc(1024 * 1024 + 1))
    expect(bodyOf(answer)).toEqual({ failed: 'too_large' })
  })

  it('is sent on request, once the function begins to read it', async () => {
    const head = request({ Expect: '100-continue', 'Content-Type': 'application/json', 'Content-Length': small.length })
    const answer = await exchange(server, head, small)
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK/)
  })

  it('is not invited when the function refuses the call before it reads', async () => {
    const head = request({ Expect: '100-continue', 'X-Refuse': 1, 'Content-Length': small.length })
    const answer = await exchange(server, head)
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
    expect(answer).not.toContain('100 Continue')
  })

  it('is not invited any more when the answer has begun', async () => {
    const head = request({ Expect: '100-continue', 'X-Early': 1, 'Content-Length': small.length })
    const answer = await exchange(server, head, small)
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(answer).not.toContain('100 Continue')
    expect(answer).toContain(sha1(small))
  })

  const brokenChunk = '2\r\n{}\r\nnot a length\r\n'

  it('whose chunks break off is the function’s to log, and answered once', async () => {
    const answer = await exchange(server, request({ 'Transfer-Encoding': 'chunked' }), brokenChunk)
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(bodyOf(answer)).toEqual(REFUSED)
    await expect.poll(() => bodies).toEqual([{ ok: false, error: 'broken_off' }])
    expect(logged).toEqual([])
  })

  it('whose chunks break off after the call was refused is no further line, and no second answer', async () => {
    const head = request({ 'X-Refuse': 1, 'Transfer-Encoding': 'chunked' }).replace('Connection: close\r\n', '')
    const answer = await exchange(server, head, brokenChunk)
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
    expect(logged).toEqual([])
  })
})

describe('headers', () => {
  it('may have as much as the load balancer sends, which is more than Node allows of itself', async () => {
    const answer = await exchange(
      server,
      request({ 'X-Client-Cert-Leaf': 'a'.repeat(22_000), 'X-Client-Cert-Chain': 'b'.repeat(22_000) }),
    )
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    expect(logged).toEqual([])
  })

  const secret = 's3cret'
  it.each([
    ['a megabyte of header', request({ Authorization: `Bearer ${secret.repeat(175_000)}` }), 'HPE_HEADER_OVERFLOW'],
    ['a megabyte of address', `GET /${secret.repeat(175_000)} HTTP/1.1\r\n\r\n`, 'HPE_HEADER_OVERFLOW'],
    ['two lengths', request({ 'Content-Length': 1, 'content-length': 2 }), 'HPE_UNEXPECTED_CONTENT_LENGTH'],
    [
      'a length and chunks',
      request({ 'Content-Length': 1, 'Transfer-Encoding': 'chunked' }),
      'HPE_INVALID_TRANSFER_ENCODING',
    ],
    ['a length that is none', request({ 'Content-Length': 'many' }), 'HPE_INVALID_CONTENT_LENGTH'],
    ['a negative length', request({ 'Content-Length': -1 }), 'HPE_INVALID_CONTENT_LENGTH'],
    ['a header without a colon', `GET / HTTP/1.1\r\n${secret}\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    ['a blank before the colon', `GET / HTTP/1.1\r\nX-Lb-Attestation : ${secret}\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    ['a folded header', `GET / HTTP/1.1\r\nHost: x\r\nX-A: b\r\n ${secret}\r\n\r\n`, 'HPE_'],
    ['a NUL in a header', `GET / HTTP/1.1\r\nHost: x\r\nX-A: ${secret}\0\r\n\r\n`, 'HPE_INVALID_HEADER_TOKEN'],
    ['no HTTP at all', `${secret}\r\n\r\n`, 'HPE_INVALID_METHOD'],
    ['the beginning of TLS', Buffer.from('16030100c8010000c40303', 'hex'), 'HPE_INVALID_METHOD'],
    ['a version of tomorrow', 'GET / HTTP/9.9\r\n\r\n', 'HPE_INVALID_VERSION'],
    ['no Host', `GET /${secret} HTTP/1.1\r\nConnection: close\r\n\r\n`, 'no Host'],
    ['chunks in HTTP/1.0', 'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', 'HTTP/1.0'],
    ['CONNECT', `CONNECT ${secret}:443 HTTP/1.1\r\nHost: x\r\n\r\n`, 'CONNECT'],
  ])(
    'are refused with %s: in the shape of Google’s errors, with a line in the log, and nothing is repeated',
    async (_, bytes, reason) => {
      const answer = await exchange(server, bytes)
      expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*\r\nConnection: close\r\n/)
      expect(bodyOf(answer)).toEqual(REFUSED)
      expect(Number(/Content-Length: (\d+)/.exec(answer)?.[1])).toBe(JSON.stringify(REFUSED).length)
      expect(logged).toEqual([
        [
          'WARNING',
          'call refused',
          { status: 400, code: 'request_malformed', evidence: { reason: expect.stringContaining(reason) } },
        ],
      ])
      expect(JSON.stringify([answer, logged])).not.toContain(secret)
      expect(seen).toEqual([])
    },
  )

  it.each([
    [417, 'Expectation Failed', 'FAILED_PRECONDITION', { Expect: '200-ok' }],
    [417, 'Expectation Failed', 'FAILED_PRECONDITION', { Expect: `100-continued, ${secret}` }],
    [501, 'Not Implemented', 'UNIMPLEMENTED', { 'Transfer-Encoding': 'gzip, chunked' }],
    [501, 'Not Implemented', 'UNIMPLEMENTED', { 'Transfer-Encoding': 'deflate, chunked' }],
  ])(
    'that ask for what there is not are refused with %i %s, and a line in the log',
    async (code, phrase, status, asked) => {
      const answer = await exchange(server, request(asked))
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${code} ${phrase}\r\n[\\s\\S]*\r\nConnection: close\r\n`))
      expect(bodyOf(answer)).toMatchObject({ error: { code, status } })
      expect(logged).toMatchObject([
        [
          'WARNING',
          'call refused',
          { status: code, code: 'request_malformed', evidence: { reason: expect.stringContaining('other than') } },
        ],
      ])
      expect(JSON.stringify([answer, logged])).not.toContain(secret)
      expect(seen).toEqual([])
    },
  )

  it('that are malformed do not keep the connection, though the client keeps its side', async () => {
    const socket = new Socket({ allowHalfOpen: true }).connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.on('error', () => {}).write(`${secret}\r\n\r\n`)
    const connections = () => new Promise(resolve => server.getConnections((_, count) => resolve(count)))
    await new Promise(resolve => socket.resume().once('end', resolve))
    await expect.poll(connections, { timeout: 3000 }).toBe(0)
    socket.destroy()
  })

  it('that are malformed while an answer is under way cut it off: nothing is written in between', async () => {
    const first = request({ 'Content-Length': 2 }).replace('Connection: close\r\n', '')
    const answer = await exchange(server, `${first}{}${secret}\r\n\r\n`)
    expect(answer).not.toContain('400')
    expect(logged).toMatchObject([['WARNING', 'call refused', { code: 'request_malformed' }]])
  })

  it('are waited for ten seconds, the whole request thirty', () => {
    expect(server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000 })
  })

  it('that are never finished are no line in the log when the caller hangs up', async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('POST / HTTP/1.1\r\nHost:')
      setImmediate(() => socket.resetAndDestroy())
    })
    await new Promise(resolve => socket.on('close', resolve))
    expect(await exchange(server, request({}))).toMatch(/^HTTP\/1\.1 200 /)
    expect(logged).toEqual([])
  })
})

it('is undone: the framework parses again', async () => {
  undo()
  const other = await started()
  const body = '{"text":"Hi"}'
  await exchange(other, request({ 'Content-Type': 'application/json', 'Content-Length': body.length }), body)
  other.close()
  expect(seen).toMatchObject([{ parsed: { text: 'Hi' } }])
  expect(other.headersTimeout).not.toBe(10_000)
})
