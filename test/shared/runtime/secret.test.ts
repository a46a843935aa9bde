import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import tls from 'node:tls'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { extendedKeyUsages, issue, privateKeyPem } from '../../../infra/local/certificates/certificate.ts'
import { resolveSecret, SECRET_REFERENCE } from '../../../shared/runtime/secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'secret-'))
afterAll(() => rmSync(folder, { recursive: true }))

const fileWith = (content: string | Buffer): string => {
  const path = join(folder, `${Math.random()}`)
  writeFileSync(path, content)
  return `file:${path}`
}

describe('a secret reference', () => {
  it.each([
    'projects/p/secrets/s/versions/1',
    'projects/my-project-123/secrets/lb_attestation/versions/latest',
    'projects/p/locations/europe-west1/secrets/s/versions/2',
    'file:/run/secrets/key',
    'file:relative.key',
    'env:LB_ATTESTATION_VALUE',
    'env:_x1',
  ])('is %s', reference => {
    expect(SECRET_REFERENCE.test(reference)).toBe(true)
  })

  it.each([
    '',
    'the secret itself',
    'projects/p/secrets/s',
    'projects/p/secrets/s/versions/',
    'projects//secrets/s/versions/1',
    'projects/p/secrets/s/versions/1/x',
    'projects/p/secrets/s,t/versions/1',
    '/projects/p/secrets/s/versions/1',
    'x projects/p/secrets/s/versions/1',
    'file:',
    'file:a b',
    'file:a,b',
    'File:a',
    'env:',
    'env:1A',
    'env:A-B',
    'env:A=b',
    'env:A\n',
    'https://example.com/secret',
  ])('is not %j', reference => {
    expect(SECRET_REFERENCE.test(reference)).toBe(false)
  })
})

describe('a secret in a file', () => {
  it.each(['s3cret', 's3cret\n', '\ufeffs3cret\r\n', ' s3cret\t'])(
    'is %j without the space around it',
    async content => {
      expect(await resolveSecret(fileWith(content), {})).toEqual({ ok: true, value: 's3cret' })
    },
  )

  it('may have several lines', async () => {
    expect(await resolveSecret(fileWith('a\nb\n'), {})).toEqual({ ok: true, value: 'a\nb' })
  })

  it.each(['', '\n', '  \r\n\t'])('is not %j', async content => {
    expect(await resolveSecret(fileWith(content), {})).toEqual({ ok: false, error: 'it is empty' })
  })

  it.each([
    ['missing', `file:${folder}/missing`, 'ENOENT'],
    ['a folder', `file:${folder}`, 'EISDIR'],
  ])('is told to be %s', async (_, reference, code) => {
    expect(await resolveSecret(reference, {})).toEqual({ ok: false, error: `it could not be read (${code})` })
  })
})

describe('a secret in the environment', () => {
  it('is the value of the variable', async () => {
    expect(await resolveSecret('env:KEY', { KEY: ' s3cret\n' })).toEqual({ ok: true, value: 's3cret' })
  })

  it('is told to be missing, or empty', async () => {
    expect(await resolveSecret('env:KEY', {})).toEqual({ ok: false, error: 'the environment has no such variable' })
    expect(await resolveSecret('env:KEY', { KEY: ' ' })).toEqual({ ok: false, error: 'it is empty' })
  })
})

/** Google's own client against a server that takes the place of Secret Manager: same name, another authority. */
describe('a secret in Secret Manager', async () => {
  const NAME = 'projects/p/secrets/s/versions/1'
  const HOST = 'secretmanager.googleapis.com'
  const root = await issue({ subject: 'CN=root', authority: true })
  const certificate = await issue(
    {
      subject: `CN=${HOST}`,
      extendedKeyUsage: [extendedKeyUsages.serverAuth],
      subjectAlternativeNames: [{ type: 'dns', value: HOST }],
    },
    root,
  )
  const asked: string[] = []
  let answer: (request: IncomingMessage, response: ServerResponse) => void = () => {}
  const server = createServer(
    { key: privateKeyPem(certificate), cert: certificate.certificate.toString() },
    (request, response) => {
      asked.push(`${request.method} ${request.url?.replace(/\?.*/, '')}`)
      answer(request, response)
    },
  )
  const json =
    (status: number, body: object): typeof answer =>
    (_, response) =>
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))

  beforeEach(async () => {
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const { connect } = tls
    vi.spyOn(tls, 'connect').mockImplementation((...parameters: unknown[]) => {
      const [options] = parameters
      if (typeof options !== 'object') throw new TypeError('not the way in which https connects')
      return connect({ ...options, host: '127.0.0.1', port, ca: root.certificate.toString(), servername: HOST })
    })
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const credentials = {
      type: 'service_account',
      project_id: 'p',
      private_key_id: 'k',
      private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      client_email: 'test@p.iam.gserviceaccount.com',
    }
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', fileWith(JSON.stringify(credentials)).slice('file:'.length))
    asked.length = 0
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  it('is the text of the version', async () => {
    answer = json(200, { name: NAME, payload: { data: Buffer.from('s3crét\n').toString('base64') } })
    expect(await resolveSecret(NAME, {})).toEqual({ ok: true, value: 's3crét' })
    expect(asked).toEqual([`GET /v1/${NAME}:access`])
  })

  it.each([
    ['without data', { name: NAME, payload: {} }, 'it is empty'],
    ['without a payload', { name: NAME }, 'an empty version'],
    ['of blanks', { name: NAME, payload: { data: 'ICAK' } }, 'it is empty'],
  ])('is told to be empty %s', async (_, body, error) => {
    answer = json(200, body)
    expect(await resolveSecret(NAME, {})).toEqual({ ok: false, error })
  })

  it.each([
    ['refused', 403, 'PERMISSION_DENIED', 7],
    ['missing', 404, 'NOT_FOUND', 5],
    ['disabled', 400, 'FAILED_PRECONDITION', 9],
  ])('is told to be %s by the code alone', async (_, status, reason, code) => {
    answer = json(status, { error: { code: status, message: 'with a s3cret', status: reason } })
    expect(await resolveSecret(NAME, {})).toEqual({ ok: false, error: `it could not be read (${code})` })
  })

  it('is told to be out of reach without credentials, and nothing is rejected behind our back', async () => {
    vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', join(folder, 'missing'))
    expect(await resolveSecret(NAME, {})).toMatchObject({ ok: false, error: expect.stringMatching(/^it could not/) })
    await new Promise(resolve => setTimeout(resolve))
  })

  it.each<readonly [string, typeof answer]>([
    ['there is no answer', () => {}],
    ['the answer is garbage', (_, response) => response.end('<html>with a s3cret')],
    ['it is down', json(503, { error: { code: 503, message: 'with a s3cret', status: 'UNAVAILABLE' } })],
  ])('is given up after three seconds when %s, however often the client would try', async (_, given) => {
    const { timeout } = AbortSignal
    const shorter = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(300))
    answer = given
    const error = 'Secret Manager gave no proper answer within 3000 ms'
    expect(await resolveSecret(NAME, {})).toEqual({ ok: false, error })
    expect(shorter).toHaveBeenCalledWith(3000)
  })
})
