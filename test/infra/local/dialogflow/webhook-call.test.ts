import type { X509Certificate } from 'node:crypto'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { developmentCa } from '../../../../infra/local/certificates/development-ca.ts'
import { dialogflowHeaders } from '../../../../infra/local/dialogflow/dialogflow-headers.ts'
import { callWebhook } from '../../../../infra/local/dialogflow/webhook-call.ts'
import { startGateway } from '../../../../infra/local/gateway/gateway.ts'
import { startBackend } from '../gateway/recording-backend.ts'

const ca = await developmentCa()
const { serverRoot } = ca
const client = await ca.leaf('sslcom')
const backend = await startBackend()
const gateway = await startGateway({
  certificate: ca.server,
  trustAnchors: ca.anchors,
  upstream: backend.url,
  attestation: 'a',
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await backend[Symbol.asyncDispose]()
})

const HOST = [['Host', 'localhost']] as const

const names = (certificate: X509Certificate) => ({
  subject: certificate.subject.replaceAll('\n', ', '),
  issuer: certificate.issuer.replaceAll('\n', ', '),
})

test('shows what the handshake showed: protocol, cipher, both certificates', async () => {
  const exchange = await callWebhook({ url: gateway.url, headers: HOST, body: '', serverRoot, client })
  expect(exchange).toEqual({
    outcome: 'answered',
    status: 200,
    body: 'ok',
    handshake: {
      protocol: 'TLSv1.3',
      cipher: expect.stringMatching(/^TLS_AES_/),
      server: names(ca.server.certificate),
      client: names(client.certificate),
    },
  })
})

test("sends the header of the reference's walk, in its order", async () => {
  const url = new URL('/dialogflowFulfillment', gateway.url)
  const body = '{"text":"é"}'
  await callWebhook({ url, headers: dialogflowHeaders(url, body, 'ey'), body, serverRoot, client })
  const { rawHeaders, method, path, body: received } = backend.requests.at(-1) ?? { rawHeaders: [] }
  expect({ method, path, received: received?.toString() }).toEqual({
    method: 'POST',
    path: '/dialogflowFulfillment',
    received: body,
  })
  // The gateway leaves `Connection` behind.
  expect(rawHeaders.slice(0, 14)).toEqual([
    ...['authorization', 'Bearer ey'],
    ...['content-type', 'application/json'],
    ...['Host', url.host],
    ...['Content-Length', '13'],
    ...['Accept', '*/*'],
    ...['User-Agent', 'Google-Dialogflow'],
    ...['Accept-Encoding', 'gzip, deflate, br'],
  ])
})

test('tells of a connection that the gateway closes', async () => {
  const exchange = await callWebhook({ url: gateway.url, headers: HOST, body: '', serverRoot })
  expect(exchange).toMatchObject({ outcome: 'closed', handshake: { protocol: 'TLSv1.3', client: undefined } })
})

test('does not trust a server of another root', async () => {
  const exchange = await callWebhook({ url: gateway.url, headers: HOST, body: '', serverRoot: client, client })
  expect(exchange).toMatchObject({
    outcome: 'closed',
    reason: expect.stringMatching(/certificate/),
    handshake: undefined,
  })
})

test('has no handshake to show over plain HTTP', async () => {
  const exchange = await callWebhook({ url: backend.url, headers: HOST, body: '', serverRoot, client })
  expect(exchange).toEqual({ outcome: 'answered', status: 200, body: 'ok', handshake: undefined })
})

describe('reads an answer that is', () => {
  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('compressed with %s', async (encoding, compress) => {
    const compressing = await startBackend((_, response) => {
      response.writeHead(200, { 'Content-Encoding': encoding }).end(compress('{"fulfillmentText":"Hello"}'))
    })
    onTestFinished(() => compressing[Symbol.asyncDispose]())
    const exchange = await callWebhook({ url: compressing.url, headers: HOST, body: '', serverRoot })
    expect(exchange).toMatchObject({ body: '{"fulfillmentText":"Hello"}' })
  })
})
