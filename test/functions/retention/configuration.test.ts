import { describe, expect, test } from 'vitest'
import { readRetentionConfiguration } from '../../../functions/retention/configuration.ts'
import { startRetention } from '../../../functions/retention/start.ts'
import { recordLog } from '../../shared/intents/recorded-log.ts'

const KEYRING = JSON.stringify({ active: 'a', keys: { a: Buffer.alloc(32, 1).toString('base64') } })

const complete = {
  RETENTION_AUDIENCES: 'https://retention-1.europe-west1.run.app',
  RETENTION_CALLERS: 'call-retention@example.iam.gserviceaccount.com',
  AUTHENTICATION_SERVICES: 'env:SERVICES',
  SERVICES: '{"services":[]}',
  TOKEN_KEYS: 'env:KEYRING',
  KEYRING,
}

const problemsOf = (environment: Readonly<Record<string, string>>) => {
  const read = readRetentionConfiguration(environment)
  return read.ok ? [] : read.error.map(({ variable, problem }) => `${variable} ${problem}`)
}

describe('the configuration of retention', () => {
  test('has to name the audience and the caller, and nothing else', () => {
    expect(problemsOf({})).toEqual(['RETENTION_AUDIENCES missing', 'RETENTION_CALLERS missing'])
    expect(readRetentionConfiguration(complete)).toMatchObject({
      ok: true,
      value: {
        RETENTION_AUDIENCES: ['https://retention-1.europe-west1.run.app'],
        RETENTION_DEADLINE_MS: 600_000,
        IDENTITY_TOKEN_MODE: 'verify',
        STORE: { kind: 'firestore', database: '' },
      },
    })
  })

  test.each([
    ['RETENTION_AUDIENCES', ','],
    ['RETENTION_CALLERS', 'not an address'],
    ['RETENTION_DEADLINE_MS', '999'],
    ['RETENTION_DEADLINE_MS', '1500001'],
    ['RETENTION_DEADLINE_MS', '-1'],
    ['RETENTION_DEADLINE_MS', '1e5'],
    ['IDENTITY_TOKEN_MODE', 'off'],
    ['STORE', 'memory'],
    ['TOKEN_KEYS', 'plain'],
  ])('refuses %s=%s', (variable, value) => {
    expect(problemsOf({ ...complete, [variable]: value })).toEqual([`${variable} invalid`])
  })

  test('takes the services and the keys together', () => {
    expect(problemsOf({ ...complete, TOKEN_KEYS: '' })).toEqual(['TOKEN_KEYS missing'])
    expect(problemsOf({ ...complete, AUTHENTICATION_SERVICES: '' })).toEqual(['AUTHENTICATION_SERVICES missing'])
    expect(problemsOf({ ...complete, AUTHENTICATION_SERVICES: '', TOKEN_KEYS: '' })).toEqual([])
  })

  test('refuses on Cloud Run what is for emulation', () => {
    const emulation = { STORE: 'sqlite::memory:', GOOGLE_CERTS_URL: 'http://127.0.0.1:1/certs' }
    expect(problemsOf({ ...complete, ...emulation })).toEqual([])
    expect(problemsOf({ ...complete, ...emulation, K_SERVICE: 'retention' })).toEqual([
      'STORE not allowed here',
      'GOOGLE_CERTS_URL not allowed here',
    ])
  })

  test('does not start with keys or services that are none, and says why without their text', async () => {
    const { log, entries } = recordLog()
    const environment = { ...complete, KEYRING: 'a-secret-text', SERVICES: '{}' }
    await expect(startRetention({ environment, clock: () => 0, log })).rejects.toThrow(/^retention cannot start/)
    expect(entries).toMatchObject([{ severity: 'CRITICAL', message: 'retention cannot start: configuration' }])
    expect(JSON.stringify(entries)).toMatch(/AUTHENTICATION_SERVICES.*TOKEN_KEYS/)
    expect(JSON.stringify(entries)).not.toContain('a-secret-text')
  })
})
