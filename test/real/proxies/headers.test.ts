import { once } from 'node:events'
import tls from 'node:tls'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { chainPem, type Issued, privateKeyPem } from '../../../infra/local/certificates/certificate.ts'
import { clientCertificates } from '../../../infra/local/certificates/client-certificates.ts'
import { developmentCa } from '../../../infra/local/certificates/development-ca.ts'
import { type GatewayOptions, startGateway } from '../../../infra/local/gateway/gateway.ts'
import headerFile from '../../../infra/peer-certificate-headers.json' with { type: 'json' }
import { ATTESTATION_HEADER } from '../../../shared/verification/headers.ts'
import { type RecordingBackend, startBackend, valuesOf } from '../../infra/local/gateway/recording-backend.ts'
import { type CallOptions, call } from '../../infra/local/https-call.ts'
import { testWith } from '../infra/part.ts'
import { envoy } from './envoy.ts'
import { haproxy } from './haproxy.ts'

const ca = await developmentCa()
const names = [...Object.keys(headerFile), ATTESTATION_HEADER]

/** OpenSSL's own client refuses to present a weak key at its default level. */
const WEAK = 'DEFAULT@SECLEVEL=0'

let backend: RecordingBackend
beforeAll(async () => {
  backend = await startBackend()
})
afterAll(() => backend[Symbol.asyncDispose]())

const options = (clientValidationMode: NonNullable<GatewayOptions['clientValidationMode']>): GatewayOptions => ({
  certificate: ca.server,
  trustAnchors: ca.anchors,
  upstream: backend.url,
  attestation: 'the-value-of-the-attestation',
  clientValidationMode,
})

/** Every header that the load balancer sets with each value that the backend got, or `closed`. */
const headersThrough = async (url: URL, request: CallOptions) => {
  const { length } = backend.requests
  try {
    await call(url, { ciphers: WEAK, ...request })
  } catch {
    return 'closed'
  }
  const recorded = backend.requests[length]
  return recorded && Object.fromEntries(names.map(name => [name, valuesOf(recorded, name)]))
}

const client = (make: () => Promise<Issued>) => async (): Promise<CallOptions> => ({ client: await make() })

const subjectAlternativeNames = [
  { type: 'dns' as const, value: '*.dialogflow.com' },
  { type: 'dns' as const, value: 'dialogflow.com' },
  { type: 'url' as const, value: 'https://dialogflow.com/agent' },
  { type: 'url' as const, value: 'spiffe://dialogflow.com/agent' },
]

const requests: Readonly<Record<string, () => Promise<CallOptions>>> = {
  'no certificate': async () => ({}),
  ...Object.fromEntries(Object.entries(clientCertificates).map(([name, make]) => [name, client(() => make(ca))])),
  'all kinds of names': client(() => ca.leaf('sslcom', { subjectAlternativeNames })),
  'a serial number with its first bit set': client(() => ca.leaf('sslcom', { serialNumber: '00f0123456' })),
  'no intermediate': client(() => ca.leaf('sslcom', { intermediates: 0 })),
  'ten intermediates': client(() => ca.leaf('gts-legacy', { intermediates: 10 })),
  'a P-384 key': client(() => ca.leaf('sslcom', { key: 'p-384' })),
  'a certificate beside a long header': async () => ({
    client: await clientCertificates.dialogflow(ca),
    headers: { 'X-Long': 'x'.repeat(14 * 1024) },
  }),
}

/** Headers as a client might try to forge them. */
const forgeries: Readonly<Record<string, (name: string) => readonly string[]>> = {
  'as written': name => [name, 'forged'],
  'in lower case': name => [name.toLowerCase(), 'forged'],
  twice: name => [name, 'forged', name.toUpperCase(), 'forged too'],
  // One of them: Envoy answers 400 to a list.
  'nominated as hop-by-hop': name => [name, 'forged', ...(name === 'X-Client-Cert-Leaf' ? ['Connection', name] : [])],
  empty: name => [name, ''],
}

/** What the load balancer refuses and a proxy does not: its rules go beyond a valid path. */
const rules: Readonly<Record<string, { make: () => Promise<Issued>; closedBy: readonly string[] }>> = {
  'no extended key usage at all': { make: () => ca.leaf('sslcom', { extendedKeyUsage: [] }), closedBy: [] },
  'eleven intermediates': { make: () => ca.leaf('gts-legacy', { intermediates: 11 }), closedBy: [] },
  'an RSA key of 1024 bits': { make: () => ca.leaf('sslcom', { key: 'rsa-1024' }), closedBy: ['HAProxy'] },
  'a P-521 key': { make: () => ca.leaf('sslcom', { key: 'p-521' }), closedBy: ['Envoy'] },
  'an Ed25519 key': { make: () => ca.leaf('sslcom', { key: 'ed25519' }), closedBy: ['Envoy'] },
}

describe.each([envoy, haproxy])('$name $version', proxy => {
  const test = testWith(proxy)
  const urls = { strict: { local: '', real: '' }, lenient: { local: '', real: '' } }
  const running = new AsyncDisposableStack()

  beforeAll(async () => {
    for (const [mode, policy] of [
      ['strict', 'REJECT_INVALID'],
      ['lenient', 'ALLOW_INVALID_OR_MISSING_CLIENT_CERT'],
    ] as const) {
      urls[mode].local = running.use(await startGateway(options(policy))).url.href
      urls[mode].real = running.use(await proxy.start(options(policy))).url.href
    }
  })
  afterAll(() => running.disposeAsync())

  const compare = async (mode: keyof typeof urls, request: CallOptions) => {
    const [local, real] = [new URL(urls[mode].local), new URL(urls[mode].real)]
    return { local: await headersThrough(local, request), real: await headersThrough(real, request) }
  }

  test.for(Object.keys(requests))('REJECT_INVALID: says of %s what the local gateway says', async name => {
    const { local, real } = await compare('strict', (await requests[name]?.()) ?? {})
    expect(real).toEqual(local)
  })

  test.for(Object.keys(requests))('ALLOW_INVALID…: says of %s what the local gateway says', async name => {
    const { local, real } = await compare('lenient', (await requests[name]?.()) ?? {})
    // Envoy's routes know that a certificate is invalid, not why.
    const isCoarse = proxy.name === 'Envoy' && name === 'no-client-auth'
    expect(real).toEqual(
      isCoarse ? { ...Object(local), 'X-Client-Cert-Error': ['client_cert_validation_failed'] } : local,
    )
  })

  test.for(Object.keys(forgeries))('overwrites what a client sends under those names %s', async how => {
    const headers = ['Host', 'localhost', ...names.flatMap(name => forgeries[how]?.(name) ?? [])]
    const request = { client: await clientCertificates['wrong-name'](ca), headers }
    for (const mode of ['strict', 'lenient'] as const) {
      const { local, real } = await compare(mode, request)
      expect(JSON.stringify(real)).not.toContain('forged')
      expect(real).toEqual(local)
    }
    expect(await headersThrough(new URL(urls.lenient.real), { headers })).toMatchObject({
      'X-Client-Cert-Present': ['false'],
      'X-Client-Cert-Leaf': [''],
    })
  })

  test('passes names with underscores on, as the load balancer does', async () => {
    const headers = { X_Client_Cert_Present: 'true' }
    await call(new URL(urls.strict.real), { client: await clientCertificates.dialogflow(ca), headers })
    const [recorded] = backend.requests.slice(-1)
    expect(recorded && valuesOf(recorded, 'X_Client_Cert_Present')).toEqual(['true'])
  })

  test.for(['TLSv1.2', 'TLSv1.3'] as const)(
    'shows the chain on every connection of a client over %s',
    async version => {
      const dialogflow = await clientCertificates.dialogflow(ca)
      const port = Number(new URL(urls.strict.real).port)
      const secureContext = tls.createSecureContext({
        cert: chainPem(dialogflow),
        key: privateKeyPem(dialogflow),
        ca: String(ca.serverRoot.certificate),
        maxVersion: version,
      })
      let session: Buffer | undefined
      for (let connection = 1; connection <= 2; connection++) {
        const socket = tls.connect({ port, host: 'localhost', secureContext, ...(session && { session }) })
        socket.on('session', ticket => {
          session = ticket
        })
        await once(socket, 'secureConnect')
        socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
        await socket.toArray()
        const [recorded] = backend.requests.slice(-1)
        const chain = dialogflow.chain.map(({ raw }) => `:${raw.toString('base64')}:`)
        expect(recorded && valuesOf(recorded, 'X-Client-Cert-Chain')).toEqual([chain.join(', ')])
      }
    },
  )

  test.for(Object.keys(rules))("is not as strict as the load balancer about '%s'", async name => {
    const { make = clientCertificates.dialogflow, closedBy = [] } = rules[name] ?? {}
    const { local, real } = await compare('strict', { client: await make(ca) })
    expect(local).toBe('closed')
    expect(real === 'closed').toBe(closedBy.includes(proxy.name))
  })
})
