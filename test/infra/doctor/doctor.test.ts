import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { chainPem, privateKeyPem } from '../../../infra/local/certificates/certificate.ts'
import { developmentCa } from '../../../infra/local/certificates/development-ca.ts'
import { startGateway } from '../../../infra/local/gateway/gateway.ts'
import { startBackend } from '../local/gateway/recording-backend.ts'
import { PROJECT, runProgram } from '../local/run-program.ts'
import { startServer } from './servers.ts'

const DOCTOR = 'infra/doctor/doctor.ts'

const ca = await developmentCa()
const directory = mkdtempSync(join(tmpdir(), 'trusted-fulfillment-doctor-'))
afterAll(() => rmSync(directory, { recursive: true }))
const file = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text)
  return join(directory, name)
}
const root = file('server-root.pem', String(ca.serverRoot.certificate))
const anchors = file('anchors.pem', ca.anchors.map(({ certificate }) => String(certificate)).join(''))

const startEstate = async (mode: 'REJECT_INVALID' | 'ALLOW_INVALID_OR_MISSING_CLIENT_CERT'): Promise<string> => {
  const backend = await startBackend((_, response) => response.writeHead(401).end())
  const gateway = await startGateway({
    certificate: ca.server,
    trustAnchors: ca.anchors,
    upstream: backend.url,
    attestation: 'the-value-of-the-attestation',
    clientValidationMode: mode,
  })
  onTestFinished(async () => {
    await gateway[Symbol.asyncDispose]()
    await backend[Symbol.asyncDispose]()
  })
  return gateway.url.href
}

test('0: nothing to change', async () => {
  const dialogflow = await ca.leaf('sslcom')
  const [cert, key] = [file('cert.pem', chainPem(dialogflow)), file('key.pem', privateKeyPem(dialogflow))]
  const url = await startEstate('REJECT_INVALID')
  const { status, output } = await runProgram([
    DOCTOR,
    url,
    '--ca',
    root,
    '--anchors',
    anchors,
    '--cert',
    cert,
    '--key',
    key,
  ])
  expect(output).toContain('✔ no token: Refused: 401.')
  expect(output).toContain('Problems: 0, warnings: 0, ok: 12; requests sent: 6.')
  expect(output).not.toContain('Looking at')
  expect(status).toBe(0)
})

test('1: warnings', async () => {
  const url = await startEstate('ALLOW_INVALID_OR_MISSING_CLIENT_CERT')
  const { status, output } = await runProgram([DOCTOR, url, '--ca', root, '--anchors', anchors])
  expect(output).toContain(
    '! no client certificate: The load balancer lets the call through: 401.\n  → Set client_validation_mode',
  )
  expect(status).toBe(1)
})

test('2: problems, also as JSON', async () => {
  const url = await startServer()
  const { status, output } = await runProgram([DOCTOR, url.href, '--json', '--also', url.href])
  const report = JSON.parse(output)
  expect(report).toMatchObject({ url: url.href, requests: 6 })
  expect(report.findings).toContainEqual({
    check: 'client certificate',
    level: 'problem',
    seen: expect.any(String),
    change: expect.any(String),
  })
  expect(status).toBe(2)
})

test('an error message is explained without a URL', async () => {
  const { status, output } = await runProgram([DOCTOR, '--error', 'x509: certificate signed by unknown authority'])
  expect(output).toContain('One side knows no authority')
  expect(output).toContain('requests sent: 0')
  expect(status).toBe(2)
})

test('--help says what will be sent', async () => {
  const { status, output } = await runProgram([DOCTOR, '--help'])
  expect(output).toContain('two handshakes and at most six requests')
  expect(status).toBe(0)
})

test('a command that is not understood ends with 2 and says why, without a stack', async () => {
  const { status, output } = await runProgram([DOCTOR, 'http://localhost/'])
  expect(output).toBe('http://localhost/ is no https:// URL, and Dialogflow calls no other\n')
  expect(status).toBe(2)
})

test('names no resource, variable or output that Terraform does not have', () => {
  const read = (folder: string, ending: string): string =>
    readdirSync(join(PROJECT, folder))
      .filter(name => name.endsWith(ending))
      .map(name => readFileSync(join(PROJECT, folder, name), 'utf8'))
      .join('\n')
  // Texts are broken over lines.
  const texts = read('infra/doctor', '.ts').replaceAll(/' \+\s+['"`]/g, '')
  const terraform = read('infra', '.tf')
  const named = [
    ...[...texts.matchAll(/\b(google_\w+)\.(\w+)/g)].map(([, type, name]) => `resource "${type}" "${name}"`),
    ...[...texts.matchAll(/\bvar\.(\w+)/g)].map(([, name]) => `variable "${name}"`),
    ...[...texts.matchAll(/\boutput\.(\w+)/g)].map(([, name]) => `output "${name}"`),
  ]
  expect(named.length).toBeGreaterThan(20)
  expect([...new Set(named)].filter(block => !terraform.includes(block))).toEqual([])
  const files = [...texts.matchAll(/infra\/([\w-]+\.tf)\b/g)].map(([, name]) => name)
  expect(readdirSync(join(PROJECT, 'infra'))).toEqual(expect.arrayContaining(files))
})
