import { describe, expect, test } from 'vitest'
import { readNotifyConfiguration } from '../../../functions/notify/configuration.ts'
import { startNotify } from '../../../functions/notify/start.ts'
import { CHANNEL_ENDPOINTS } from '../../../shared/channels/sender.ts'
import { recordLog } from '../../shared/intents/recorded-log.ts'
import { plainReach } from './plain-reach.ts'

const complete = {
  NOTIFY_AUDIENCES: 'https://notify-1.europe-west1.run.app',
  NOTIFY_CALLERS: 'call-notify@example.iam.gserviceaccount.com',
  CHANNEL_CREDENTIALS: 'env:CREDENTIALS',
  CREDENTIALS: '{}',
  TOKEN_KEYS: 'env:KEYRING',
  KEYRING: JSON.stringify({ active: 'a', keys: { a: Buffer.alloc(32, 1).toString('base64') } }),
}

const problemsOf = (environment: Readonly<Record<string, string>>) => {
  const read = readNotifyConfiguration(environment)
  return read.ok ? [] : read.error.map(({ variable, problem }) => `${variable} ${problem}`)
}

describe('the configuration of notify', () => {
  test('has to name the audience, the caller, the credentials and the keys, and nothing else', () => {
    expect(problemsOf({})).toEqual([
      'NOTIFY_AUDIENCES missing',
      'NOTIFY_CALLERS missing',
      'CHANNEL_CREDENTIALS missing',
      'TOKEN_KEYS missing',
    ])
    expect(readNotifyConfiguration(complete)).toMatchObject({
      ok: true,
      value: { CHANNEL_ENDPOINTS, IDENTITY_TOKEN_MODE: 'verify', STORE: { kind: 'firestore', database: '' } },
    })
  })

  test.each([
    ['NOTIFY_AUDIENCES', ','],
    ['NOTIFY_CALLERS', 'not an address'],
    ['CHANNEL_CREDENTIALS', '{"slack":{}}'],
    ['CHANNEL_ENDPOINTS', 'slack'],
    ['CHANNEL_ENDPOINTS', 'facebook=http://127.0.0.1:1'],
    ['CHANNEL_ENDPOINTS', 'slack=https://slack.com'],
    ['CHANNEL_ENDPOINTS', 'slack=http://127.0.0.1.evil.example:80'],
    ['CHANNEL_ENDPOINTS', 'slack=http://127.0.0.1:1/path'],
    ['CHANNEL_ENDPOINTS', 'slack=http://user@127.0.0.1:1'],
    ['CHANNEL_ENDPOINTS', 'slack=http://169.254.169.254:80'],
    ['IDENTITY_TOKEN_MODE', 'off'],
    ['STORE', 'memory'],
    ['TOKEN_KEYS', 'plain'],
  ])('refuses %s=%s', (variable, value) => {
    expect(problemsOf({ ...complete, [variable]: value })).toEqual([`${variable} invalid`])
  })

  test('takes stand-ins for some channels or all', () => {
    const some = 'twilio=http://127.0.0.1:1, microsoft_login=http://localhost:2'
    expect(readNotifyConfiguration({ ...complete, CHANNEL_ENDPOINTS: some })).toMatchObject({
      value: {
        CHANNEL_ENDPOINTS: {
          ...CHANNEL_ENDPOINTS,
          twilio: 'http://127.0.0.1:1',
          microsoftLogin: 'http://localhost:2',
        },
      },
    })
  })

  test('refuses on Cloud Run what is for emulation', () => {
    const emulation = {
      STORE: 'sqlite::memory:',
      GOOGLE_CERTS_URL: 'http://127.0.0.1:1/certs',
      CHANNEL_ENDPOINTS: 'microsoft_teams=http://127.0.0.1:1',
    }
    expect(problemsOf({ ...complete, ...emulation })).toEqual([])
    expect(problemsOf({ ...complete, ...emulation, K_SERVICE: 'notify' })).toEqual([
      'STORE not allowed here',
      'GOOGLE_CERTS_URL not allowed here',
      'CHANNEL_ENDPOINTS not allowed here',
    ])
    expect(problemsOf({ ...complete, K_SERVICE: 'notify' })).toEqual([])
  })

  test('does not start with keys or credentials that are none, and says why without their text', async () => {
    const { log, entries } = recordLog()
    const environment = {
      ...complete,
      KEYRING: 'a-secret-text',
      CREDENTIALS: '{"slack":{"T0AAAAAAA":"a-secret-text"}}',
    }
    const start = startNotify({ environment, clock: () => 0, log, reach: plainReach({}) })
    await expect(start).rejects.toThrow(/^notify cannot start/)
    expect(entries).toMatchObject([{ severity: 'CRITICAL', message: 'notify cannot start: configuration' }])
    expect(JSON.stringify(entries)).toMatch(/TOKEN_KEYS.*CHANNEL_CREDENTIALS.*slack\[0\]/)
    expect(JSON.stringify(entries)).not.toContain('a-secret-text')
  })
})
