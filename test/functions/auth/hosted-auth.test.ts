import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type FunctionProcess, startFunction } from '../../../infra/local/function-process.ts'
import { freePort } from '../../../infra/local/listen.ts'
import { Browser, titleOf } from './browser.ts'

const KEYRING = JSON.stringify({ active: 'a', keys: { a: Buffer.alloc(32, 1).toString('base64') } })

/** Under functions-framework, as it is deployed. */
let auth: FunctionProcess
const owned = new AsyncDisposableStack()

beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), 'auth-'))
  owned.defer(() => rm(directory, { recursive: true }))
  const port = await freePort()
  auth = owned.use(
    await startFunction({
      source: 'functions/auth/index.ts',
      target: 'auth',
      port,
      environment: {
        PATH: process.env.PATH ?? '',
        NODE_ENV: 'production',
        AUTH_BASE_URL: `http://localhost:${port}`,
        AUTHENTICATION_SERVICES: 'env:SERVICES',
        SERVICES: '{"services":[]}',
        STORE: `sqlite:${join(directory, 'store.sqlite')}`,
        TOKEN_KEYS: 'env:KEYRING',
        SESSION_KEYS: 'env:KEYRING',
        KEYRING,
      },
    }),
  )
}, 20_000)
afterAll(() => owned.disposeAsync())

describe('auth under functions-framework', () => {
  it('serves pages', async () => {
    const { status, body } = await new Browser(auth.url.href).get(`/link/${'x'.repeat(22)}`)
    expect([status, titleOf(body)]).toEqual([404, 'This link no longer works'])
  })

  it.each(['/favicon.ico', '/robots.txt', '/%E0%A4%A', '/link/%'])(
    'has its security headers also where the framework answers: %s',
    async path => {
      const { status, headers, body } = await new Browser(auth.url.href).get(path)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
      })
      expect(body).not.toMatch(/node_modules|at .*:\d+/)
    },
  )

  it.each([
    ['/session', 'application/json', `{"a":"${'x'.repeat(500_000)}"}`, 413],
    ['/session', 'application/json', '{', 400],
    [`/link/${'x'.repeat(22)}`, 'application/x-www-form-urlencoded', `a=${'x'.repeat(500_000)}`, 413],
    [`/link/${'x'.repeat(22)}`, 'application/x-www-form-urlencoded', 'a[b][c]=%', 404],
  ])('reads the body itself, and no more of it than it wants: %s %s', async (path, type, body, expected) => {
    const { status } = await new Browser(auth.url.href).post(path, { headers: { 'Content-Type': type }, body })
    expect(status).toBe(expected)
  })
})
