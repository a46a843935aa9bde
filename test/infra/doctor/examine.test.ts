import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Examination, examine } from '../../../infra/doctor/examine.ts'
import type { Finding } from '../../../infra/doctor/finding.ts'
import { chainPem, issue, privateKeyPem } from '../../../infra/local/certificates/certificate.ts'
import { developmentCa } from '../../../infra/local/certificates/development-ca.ts'
import { type GatewayOptions, startGateway } from '../../../infra/local/gateway/gateway.ts'
import { close, freePort, listen } from '../../../infra/local/listen.ts'
import { type ErrorStatus, errorResponse } from '../../../shared/runtime/error-response.ts'
import { startBackend } from '../local/gateway/recording-backend.ts'
import { daysFromNow, serverCertificate, startServer, type TestServer } from './servers.ts'

const ca = await developmentCa()
const dialogflow = await ca.leaf('sslcom')
const identity = { cert: chainPem(dialogflow), key: privateKeyPem(dialogflow) }
const anchors = ca.anchors.map(({ certificate }) => certificate)

/** Examines with the development CA's server root and anchors for the real ones. */
const look = async (url: URL, options: Partial<Examination> = {}) => {
  const { findings, requests } = await examine({
    url,
    also: [],
    expected: [{ anchors, sunset: undefined }],
    ownRoots: [ca.serverRoot.certificate],
    identity: undefined,
    timeoutMs: 2000,
    now: Date.now(),
    onStep: () => {},
    ...options,
  })
  const of = (check: string): Finding | undefined => findings.find(finding => finding.check === check)
  const levels = (level: Finding['level']) =>
    findings.filter(finding => finding.level === level).map(({ check }) => check)
  return { findings, requests, of, levels }
}

/** Answers as this project's webhook does. */
const refusing =
  (status: ErrorStatus): NonNullable<TestServer['respond']> =>
  (_, response) => {
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(errorResponse(status))
  }

const startGatewayWith = async (options: Partial<GatewayOptions>, respond = refusing(403)): Promise<URL> => {
  const backend = await startBackend(respond)
  const gateway = await startGateway({
    certificate: ca.server,
    trustAnchors: ca.anchors,
    upstream: backend.url,
    attestation: 'the-value-of-the-attestation',
    ...options,
  })
  onTestFinished(async () => {
    await gateway[Symbol.asyncDispose]()
    await backend[Symbol.asyncDispose]()
  })
  return gateway.url
}

describe('the load balancer as it should be', () => {
  test('has nothing to change, and is asked twice', async () => {
    const { findings, requests } = await look(await startGatewayWith({}))
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([])
    expect(findings.map(({ check }) => check)).toEqual([
      'address',
      'version of TLS',
      'chain of the server',
      'name of the server',
      'dates of the server',
      'client certificate',
      'no client certificate',
      'self-signed client certificate',
      'webhook',
    ])
    expect(requests).toBe(2)
  })

  test('is looked behind with a client certificate, by six requests at most', async () => {
    const { findings, of, requests } = await look(await startGatewayWith({}, refusing(401)), { identity })
    expect(findings.filter(({ level }) => level !== 'ok')).toEqual([])
    expect(of('no token')?.seen).toBe('Refused: 401 from the webhook.')
    expect(['forged headers', 'garbage for a token', 'GET'].map(check => of(check)?.level)).toEqual(['ok', 'ok', 'ok'])
    expect(requests).toBe(6)
  })

  test('does not take a certificate of others', async () => {
    const stranger = await ca.leaf('sslcom', { unknownRoot: true })
    const own = { cert: chainPem(stranger), key: privateKeyPem(stranger) }
    const { of } = await look(await startGatewayWith({}), { identity: own })
    expect(of('webhook')).toMatchObject({ level: 'warning', seen: expect.stringContaining('does not take') })
  })

  test('names authorities that are not those of infra/trust', async () => {
    const trust = join(import.meta.dirname, '../../../infra/trust')
    const files = readdirSync(trust).filter(name => name.endsWith('.pem'))
    const [gts, ssl] = [files.filter(name => name.startsWith('gts')), files.filter(name => name.startsWith('ssl'))].map(
      names => names.map(name => readFileSync(join(trust, name), 'utf8')),
    )
    const certificates = (pem: readonly string[] = []) => pem.map(text => new X509Certificate(text))
    const expected = [
      { anchors: certificates(ssl), sunset: undefined },
      { anchors: certificates(gts), sunset: Date.UTC(2026, 11, 1) },
    ]
    const asking = (pem: readonly string[] = []) =>
      startServer({ requestCert: true, rejectUnauthorized: false, ca: [...pem] })
    const level = async (url: URL, now: number) => (await look(url, { expected, now })).of('client certificate')?.level

    const [before, after] = [Date.UTC(2026, 10, 30), Date.UTC(2026, 11, 2)]
    expect(await level(await startGatewayWith({}), before)).toBe('problem')
    expect(await level(await asking(gts), before)).toBe('problem')
    expect(await level(await asking(ssl), before)).toBe('warning')
    expect(await level(await asking(ssl), after)).toBe('ok')
    expect(await level(await asking([...(gts ?? []), ...(ssl ?? [])]), before)).toBe('ok')
  })
})

test('a policy that lets every client through is a warning where the webhook refuses', async () => {
  const lenient = { clientValidationMode: 'ALLOW_INVALID_OR_MISSING_CLIENT_CERT' as const }
  const { of, levels } = await look(await startGatewayWith(lenient))
  expect(levels('problem')).toEqual([])
  expect(levels('warning')).toEqual(['no client certificate', 'self-signed client certificate'])
  expect(of('no client certificate')?.change).toContain('REJECT_INVALID')
  expect(of('forged headers')?.level).toBe('ok')
})

test('a server that asks for no client certificate is a problem, whatever the webhook does', async () => {
  const { of } = await look(await startServer({ respond: refusing(403) }))
  expect(of('client certificate')).toMatchObject({
    level: 'problem',
    seen: expect.stringContaining('no mutual TLS'),
    change: expect.stringContaining('server_tls_policy of google_compute_target_https_proxy.webhook'),
  })
})

test('a server that says 200 to everything is dangerous', async () => {
  const { levels, requests } = await look(await startServer())
  expect(levels('problem')).toEqual([
    'client certificate',
    'no client certificate',
    'self-signed client certificate',
    'no token',
    'forged headers',
    'garbage for a token',
    'GET',
  ])
  expect(requests).toBe(5)
})

test('a webhook that complains about the body has believed the call', async () => {
  const { of } = await look(await startServer({ respond: refusing(400) }))
  expect(of('no token')).toMatchObject({ level: 'problem', seen: 'The call was believed: 400 from the webhook.' })
})

test('what is sent is harmless: no body but {}, no token but garbage', async () => {
  const backend = await startBackend()
  onTestFinished(() => backend[Symbol.asyncDispose]())
  const gateway = await startGateway({
    certificate: ca.server,
    trustAnchors: ca.anchors,
    upstream: backend.url,
    attestation: 'the-value-of-the-attestation',
  })
  onTestFinished(() => gateway[Symbol.asyncDispose]())
  await look(gateway.url, { identity })
  expect(backend.requests.map(({ method, body }) => [method, body.toString()])).toEqual([
    ['POST', '{}'],
    ['POST', '{}'],
    ['POST', '{}'],
    ['GET', ''],
  ])
  const tokens = backend.requests.flatMap(({ rawHeaders }) => rawHeaders.filter(value => value.startsWith('Bearer')))
  expect(tokens).toEqual(['Bearer not.a.token'])
})

describe('the certificate of a server', () => {
  test.each<[string, () => Promise<TestServer>, string, string]>([
    [
      'that has expired',
      async () => ({ certificate: await serverCertificate({ notBefore: daysFromNow(-9), notAfter: daysFromNow(-2) }) }),
      'dates of the server',
      'expired on',
    ],
    [
      'that is not valid yet',
      async () => ({ certificate: await serverCertificate({ notBefore: daysFromNow(1) }) }),
      'dates of the server',
      'not valid yet',
    ],
    [
      'that is self-signed',
      async () => ({ certificate: await issue({ subject: 'CN=localhost' }) }),
      'chain of the server',
      'self-signed',
    ],
    [
      'for another name',
      async () => ({
        certificate: await serverCertificate({
          subjectAlternativeNames: [{ type: 'dns', value: 'other.example.com' }],
        }),
      }),
      'name of the server',
      'not for localhost, but for DNS:other.example.com',
    ],
    [
      'without its intermediate',
      async () => {
        const intermediate = await issue({ subject: 'CN=Intermediate', authority: true }, ca.serverRoot)
        const certificate = await serverCertificate({}, intermediate)
        return { certificate, cert: certificate.certificate.toString() }
      },
      'chain of the server',
      'alone, and nobody trusts its issuer, Intermediate',
    ],
  ])('%s is a problem', async (_, server, check, seen) => {
    const { of } = await look(await startServer(await server()))
    expect(of(check)).toMatchObject({ level: 'problem', seen: expect.stringContaining(seen) })
  })

  test('that nobody else trusts is a problem', async () => {
    const { of } = await look(await startServer(), { ownRoots: [] })
    expect(of('chain of the server')).toMatchObject({
      level: 'problem',
      seen: expect.stringContaining('nobody trusts'),
    })
  })

  test('that is about to expire is a warning', async () => {
    const certificate = await serverCertificate({ notAfter: daysFromNow(5) })
    const { of } = await look(await startServer({ certificate }))
    expect(of('dates of the server')?.level).toBe('warning')
  })
})

describe('TLS', () => {
  test('1.2 alone is read as well as 1.3', async () => {
    const url = await startServer({ maxVersion: 'TLSv1.2', requestCert: true, ca: anchors.map(String) })
    const { of } = await look(url)
    expect(of('version of TLS')?.seen).toContain('speaks TLS 1.2')
    expect(of('chain of the server')?.level).toBe('ok')
    expect(of('client certificate')?.seen).toContain('Root like SSL.com; Root like Google Trust Services')
    expect(of('no client certificate')?.level).toBe('ok')
  })

  test('1.1 is a warning', async () => {
    const { of } = await look(await startServer({ minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' }))
    expect(of('version of TLS')).toMatchObject({ level: 'warning', seen: expect.stringContaining('TLS 1.1 too') })
  })

  test('with a long list of authorities is read to its end', async () => {
    const list = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        issue({ subject: `O=${'x'.repeat(60)}, CN=Authority ${at}`, authority: true }),
      ),
    )
    const url = await startServer({
      requestCert: true,
      ca: [...list.map(({ certificate }) => String(certificate)), ...anchors.map(String)],
    })
    expect((await look(url)).of('client certificate')?.level).toBe('ok')
  })
})

describe('a server that cannot be reached', () => {
  test('for want of an address', async () => {
    const { of } = await look(new URL('https://webhook.invalid/'))
    expect(of('address')).toMatchObject({ level: 'problem', change: expect.stringContaining('output.dns_records') })
  })

  test('because nobody listens', async () => {
    const { of, requests } = await look(new URL(`https://localhost:${await freePort()}`))
    expect(of('connection')).toMatchObject({ level: 'problem', seen: expect.stringContaining('ECONNREFUSED') })
    expect(requests).toBe(0)
  })

  test.each<[string, (socket: net.Socket) => void, RegExp]>([
    ['because it says nothing', () => {}, /ETIMEDOUT/],
    ['because it hangs up', socket => socket.destroy(), /ECONNRESET|EPIPE/],
    ['because it speaks HTTP', socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'), /ERR_SSL/],
  ])('%s', async (_, handle, reason) => {
    const server = net.createServer(socket => {
      socket.on('error', () => {}).resume()
      handle(socket)
    })
    const port = await listen(server)
    const { of } = await look(new URL(`https://localhost:${port}`), { timeoutMs: 200 })
    await close(server)
    expect(of('connection')).toMatchObject({ level: 'problem', seen: expect.stringMatching(reason) })
  })
})

describe('a path', () => {
  const answering = (status: number, headers = {}) =>
    startServer({ respond: (_, response) => response.writeHead(status, headers).end('<html>') })

  test.each<[number, Record<string, string>, string]>([
    [301, { Location: 'http://localhost/other' }, 'plain HTTP'],
    [308, { Location: 'https://localhost/other' }, 'does not follow'],
    [404, {}, 'Nothing is at this path'],
    [502, {}, 'no webhook behind the load balancer'],
  ])('that answers %i is a problem', async (status, headers, seen) => {
    const { of, requests } = await look(await answering(status, headers))
    expect(of('path')).toMatchObject({ level: 'problem', seen: expect.stringContaining(seen) })
    expect(requests).toBe(2)
  })

  test('that never answers is a problem', async () => {
    const { of } = await look(await startServer({ respond: () => {} }), { timeoutMs: 200 })
    expect(of('path')?.seen).toContain('No answer in time')
  })
})

describe('another way in', () => {
  test.each<[string, () => Promise<URL>, Finding['level'], string]>([
    ['that believes everybody', () => startServer(), 'problem', 'believed'],
    ['at which the webhook answers', () => startServer({ respond: refusing(403) }), 'problem', 'The webhook itself'],
    [
      'that Cloud Run has closed',
      () => startServer({ respond: (_, response) => response.writeHead(404).end('<html>') }),
      'ok',
      'Leads nowhere: 404',
    ],
    ['where nobody listens', async () => new URL(`https://localhost:${await freePort()}`), 'ok', 'ECONNREFUSED'],
  ])('%s', async (_, start, level, seen) => {
    const other = await start()
    const { of } = await look(await startGatewayWith({}), { also: [other] })
    expect(of(`another way in, ${other.host}`)).toMatchObject({ level, seen: expect.stringContaining(seen) })
  })
})
