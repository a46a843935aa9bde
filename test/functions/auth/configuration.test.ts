import { describe, expect, it } from 'vitest'
import { readAuthConfiguration } from '../../../functions/auth/configuration.ts'
import { startAuth } from '../../../functions/auth/start.ts'
import { recordLog } from '../../shared/intents/recorded-log.ts'

const KEYRING = JSON.stringify({ active: 'a', keys: { a: Buffer.alloc(32, 1).toString('base64') } })

const complete = {
  AUTH_BASE_URL: 'https://auth.example.com/',
  AUTHENTICATION_SERVICES: 'env:SERVICES',
  SERVICES: '{"services":[]}',
  TOKEN_KEYS: 'env:KEYRING',
  SESSION_KEYS: 'env:KEYRING',
  KEYRING,
  STORE: 'firestore:',
}

const start = async (environment: Readonly<Record<string, string>>) => {
  const { log, entries } = recordLog()
  const reason = await startAuth({ environment, clock: () => 0, log }).then(
    () => 'started',
    (error: unknown) => (error instanceof Error ? error.message : ''),
  )
  return { reason, entries }
}

describe('the configuration of auth', () => {
  it('reads the base URL without the slash at its end', () => {
    expect(readAuthConfiguration(complete)).toMatchObject({
      ok: true,
      value: { AUTH_BASE_URL: 'https://auth.example.com' },
    })
  })

  it('names every variable that is missing', () => {
    const read = readAuthConfiguration({})
    expect(read.ok ? [] : read.error.map(({ variable, problem }) => `${variable} ${problem}`)).toEqual([
      'AUTH_BASE_URL missing',
      'AUTHENTICATION_SERVICES missing',
      'TOKEN_KEYS missing',
      'SESSION_KEYS missing',
    ])
  })

  it.each([
    'auth.example.com',
    'http://auth.example.com',
    'https://auth.example.com/path',
    'https://auth.example.com?a=b',
    'https://auth.example.com#a',
    'https://user:password@auth.example.com',
    'https://auth.example.com:99999',
    'https://auth.example.com\nhttps://evil.example',
    'javascript:alert(1)',
    'https://',
  ])('refuses a base URL that is not an origin: %j', url => {
    const read = readAuthConfiguration({ ...complete, AUTH_BASE_URL: url })
    expect(read.ok ? [] : read.error.map(({ variable }) => variable)).toEqual(['AUTH_BASE_URL'])
  })

  it('refuses what is for emulation on Cloud Run', () => {
    const emulated = { ...complete, AUTH_BASE_URL: 'http://localhost:8080', STORE: 'sqlite::memory:' }
    expect(readAuthConfiguration(emulated).ok).toBe(true)
    const read = readAuthConfiguration({ ...emulated, K_SERVICE: 'auth' })
    expect(read.ok ? [] : read.error.map(({ variable, problem }) => `${variable} ${problem}`)).toEqual([
      'STORE not allowed here',
      'AUTH_BASE_URL not allowed here',
    ])
  })
})

describe('starting auth', () => {
  it('needs no more than its variables, and no network', async () => {
    expect(await start(complete)).toEqual({ reason: 'started', entries: [] })
  })

  it('says everything that is wrong behind the references, and shows nothing of it', async () => {
    const { reason, entries } = await start({
      ...complete,
      SERVICES: '{"services":[{"name":"hunter2"}]}',
      TOKEN_KEYS: 'env:NOWHERE',
      KEYRING: '{"active":"hunter2","keys":{}}',
    })
    expect(reason).toMatch(
      /AUTHENTICATION_SERVICES is invalid: .* at env:SERVICES, but services\[0\]\.grantType is missing/,
    )
    expect(reason).toMatch(/TOKEN_KEYS is invalid: .* at env:NOWHERE, but the environment has no such variable/)
    expect(reason).toMatch(/SESSION_KEYS is invalid: .* at env:KEYRING, but active: not the id of one of the keys/)
    expect(entries).toMatchObject([{ severity: 'CRITICAL', message: 'auth cannot start: configuration' }])
    expect(JSON.stringify([reason, entries])).not.toContain('hunter2')
  })

  it('accepts no provider on loopback on Cloud Run', async () => {
    const service = {
      name: 'crm',
      grantType: 'AUTHORIZATION_CODE',
      identityProvider: 'generic',
      discoveryUrl: 'http://127.0.0.1:9000',
      clientId: 'x',
      clientSecret: 'env:SECRET',
      scopes: ['openid'],
    }
    const environment = { ...complete, SERVICES: JSON.stringify({ services: [service] }) }
    expect((await start(environment)).reason).toBe('started')
    expect((await start({ ...environment, K_SERVICE: 'auth' })).reason).toContain('services[0].discoveryUrl')
  })
})
