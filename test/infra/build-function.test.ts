import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildFunction, findProblems } from '../../infra/build-function.ts'
import { clientCertificates } from '../../infra/local/certificates/client-certificates.ts'
import { developmentCa } from '../../infra/local/certificates/development-ca.ts'
import { matchIntent } from '../../infra/local/dialogflow/agent.ts'
import { Conversation } from '../../infra/local/dialogflow/conversation.ts'
import { dialogflowHeaders } from '../../infra/local/dialogflow/dialogflow-headers.ts'
import { customRequestHeaders } from '../../infra/local/gateway/custom-request-headers.ts'
import type { HeaderField } from '../../infra/local/gateway/proxied-headers.ts'
import { startTokenIssuer } from '../../infra/local/tokens/token-issuer.ts'
import manifest from '../../package.json' with { type: 'json' }
import lockFile from '../../package-lock.json' with { type: 'json' }
import { serve } from './served.ts'

const directory = mkdtempSync(join(tmpdir(), 'build-'))
const folder = join(directory, 'webhook')
const build = (into: string) =>
  buildFunction({ name: 'webhook', module: 'functions/webhook/index.ts', packageFiles: ['infra/trust'], folder: into })

beforeAll(() => build(folder), 30_000)
afterAll(() => rmSync(directory, { recursive: true }))

const read = (file: string): string => readFileSync(join(folder, file), 'utf8')
const packagesOf = (text: string): Readonly<Record<string, { version?: string; integrity?: string }>> =>
  JSON.parse(text).packages

describe('what is deployed', () => {
  it('starts without the framework being installed', () => {
    expect(read('Procfile')).toBe('web: node server.js\n')
    expect(Object.keys(JSON.parse(read('package.json')).dependencies)).toEqual([
      '@google-cloud/secret-manager',
      'google-auth-library',
    ])
  })

  it('installs the versions that are tested here, down to the last', () => {
    const { '': root, ...packages } = packagesOf(read('package-lock.json'))
    const ours: typeof packages = lockFile.packages
    expect(root).toMatchObject({ dependencies: JSON.parse(read('package.json')).dependencies })
    expect(Object.keys(packages).length).toBeGreaterThan(20)
    for (const [path, { version, integrity }] of Object.entries(packages)) {
      expect([path, version, integrity]).toEqual([path, ours[path]?.version, ours[path]?.integrity])
      expect(integrity).toMatch(/^sha512-/)
    }
  })

  it('has a lock file that npm takes for complete: with neither registry nor cache it lacks nothing', async () => {
    const npm = ['ci', '--dry-run', '--offline', '--cache', join(directory, 'no-cache')]
    await expect(promisify(execFile)('npm', npm, { cwd: folder })).resolves.toMatchObject({
      stdout: expect.stringMatching(/added \d+ packages/),
    })
  })

  it('runs no more install scripts than an installation here', () => {
    const allowed: Readonly<Record<string, boolean>> = JSON.parse(read('package.json')).allowScripts
    for (const [path, { hasInstallScript }] of Object.entries<{ hasInstallScript?: boolean }>(
      JSON.parse(read('package-lock.json')).packages,
    )) {
      if (hasInstallScript === true) expect(allowed).toHaveProperty(path.replace('node_modules/', ''), false)
    }
    expect(manifest.allowScripts).toMatchObject(allowed)
  })

  it('has a bill of all that is in the bundles or beside them, and of nothing else', () => {
    const bill: { components: { name: string; properties: { value: string }[] }[] } = JSON.parse(read('sbom.cdx.json'))
    const deployment = (wanted: string) =>
      bill.components.find(({ name }) => name === wanted)?.properties.map(({ value }) => value)
    expect(deployment('zod')).toEqual(['bundled'])
    expect(deployment('express')).toEqual(['bundled'])
    expect(deployment('@grpc/grpc-js')).toEqual(['installed'])
    expect(deployment('vitest')).toBeUndefined()
    expect(deployment('oidc-provider')).toBeUndefined()
    // In the framework's tree, and of no use to a function that is called by HTTP.
    expect(deployment('@types/express')).toBeUndefined()
  })

  it('has the licence of everything that is in the bundles', () => {
    const licences = read('LICENCES.txt')
    expect(licences).toMatch(/^zod \S+, MIT\n\nMIT License\n/m)
    expect(licences).toMatch(/^express \S+, MIT\n\n\(The MIT License\)\n/m)
    expect(licences).not.toMatch(/, [^\n]+\n\n\n/) // a name without a text
  })

  it('is the same when it is built again', async () => {
    const again = join(directory, 'again')
    const { outputs } = await build(again)
    const files = ['package.json', 'package-lock.json', 'sbom.cdx.json', 'LICENCES.txt', 'server.js', 'index.js']
    for (const file of files) expect(readFileSync(join(again, file), 'utf8')).toBe(read(file))
    expect(Object.keys(outputs).length).toBeGreaterThan(2)
  }, 30_000)
})

describe('a build', () => {
  it('fails when something is in it that does not belong there', async () => {
    const planted = {
      name: 'listen',
      module: 'infra/local/listen.ts',
      packageFiles: [],
      folder: join(directory, 'leak'),
    }
    await expect(buildFunction(planted)).rejects.toThrow(
      'listen cannot be deployed:\nindex.js has development code: infra/local/listen.ts\n',
    )
  })

  it('fails when a licence is one that nobody has allowed', () => {
    const packages = new Map([['node_modules/a', { version: '1.0.0', integrity: 'sha512-', license: 'GPL-3.0-only' }]])
    expect(findProblems({ inputs: {}, outputs: {} }, packages)).toEqual(['a: GPL-3.0-only'])
  })
})

describe('server.js', () => {
  const serviceAgent = 'service-123456789012@gcp-sa-dialogflow.iam.gserviceaccount.com'
  const url = new URL('https://webhook.example.com/')
  const attestation = randomBytes(32).toString('base64url')
  const environment = { NODE_ENV: 'production', WEBHOOK_AUDIENCES: url.href, DIALOGFLOW_SERVICE_AGENTS: serviceAgent }

  const request = (line: string, headers: readonly HeaderField[] = [], body = ''): string => {
    const own = headers.filter(([name]) => name !== 'Connection')
    const lines = [`${line} HTTP/1.1`, ...own.map(([name, value]) => `${name}: ${value}`), 'Connection: close']
    return `${lines.join('\r\n')}\r\n\r\n${body}`
  }

  it('does without node:domain, which would stand behind every event that is emitted', () => {
    expect(read('server.js')).not.toMatch(/["'](node:)?domain["']/)
  })

  it("answers as index.js does under the framework's CLI, also where the framework answers by itself", async () => {
    const ca = await developmentCa()
    await using issuer = await startTokenIssuer()
    const anchors = join(directory, 'anchors.pem')
    writeFileSync(anchors, ca.anchors.map(({ certificate }) => certificate.toString()).join(''))
    const emulation = {
      ...environment,
      LB_ATTESTATION: 'env:ATTESTATION',
      ATTESTATION: attestation,
      PEER_TRUST_ANCHORS: anchors,
      GOOGLE_CERTS_URL: issuer.certsUrl.href,
      STORE: 'sqlite::memory:',
    }
    const options = { folder, target: 'webhook', environment: emulation }
    await using bundled = await serve({ ...options, entry: 'server.js' })
    await using cli = await serve({ ...options, entry: 'index.js' })

    const { certificate, chain } = await clientCertificates.dialogflow(ca)
    const proofs = customRequestHeaders({ leaf: certificate, chain, error: undefined }, attestation)
    const body = JSON.stringify(new Conversation('es', 'a-project').request('Hi', matchIntent('Hi')))
    const token = issuer.issue({ audience: url.href, serviceAgent })
    const call = (bearer: string | undefined, sent = body) =>
      request('POST /', [...dialogflowHeaders(url, sent, bearer), ...proofs], sent)
    const requests: Readonly<Record<string, string>> = {
      'that is genuine': call(token),
      'without a token': call(undefined),
      'that is not JSON': call(token, '{"half":'),
      'without any proof': request('POST /', dialogflowHeaders(url, body, token), body),
      'of another method': request('GET /', [['Host', 'x']]),
      'of a crawler': request('GET /robots.txt', [['Host', 'x']]),
      'for a path that cannot be decoded': request('GET /%ff', [['Host', 'x']]),
      'that is no HTTP': 'HELO example.com\r\n\r\n',
    }
    for (const [name, bytes] of Object.entries(requests))
      expect([name, await bundled.answer(bytes)]).toEqual([name, await cli.answer(bytes)])
    expect(await bundled.answer(call(token))).toMatch(/^HTTP\/1\.1 200 OK\r\n.*"fulfillmentMessages"/s)
  }, 30_000)

  it.each(['server.js', 'index.js'] as const)('says what it lacks, and does not start: %s', async entry => {
    await expect(serve({ folder, entry, target: 'webhook', environment })).rejects.toThrow(
      /the webhook cannot start: configuration\nLB_ATTESTATION/,
    )
  })
})
