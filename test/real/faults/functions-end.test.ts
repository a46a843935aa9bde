import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startFunction } from '../../../infra/local/function-process.ts'
import { freePort } from '../../../infra/local/listen.ts'
import { Surroundings } from './surroundings.ts'

const KEYRING = JSON.stringify({ active: 'a', keys: { a: Buffer.alloc(32, 1).toString('base64') } })

describe.concurrent.each(['webhook', 'auth', 'notify', 'retention'])('the function %s', name => {
  test('ends at SIGTERM by itself, at once when it has nothing to do, and says so', async () => {
    await using around = await Surroundings.make()
    await using running = await startFunction({
      source: join('functions', name, 'index.ts'),
      target: name,
      port: await freePort(),
      environment: {
        ...around.environment,
        AUTH_BASE_URL: 'http://localhost:8080',
        AUTHENTICATION_SERVICES: 'env:SERVICES',
        SERVICES: '{"services":[]}',
        TOKEN_KEYS: 'env:KEYRING',
        SESSION_KEYS: 'env:KEYRING',
        KEYRING,
        RETENTION_AUDIENCES: 'https://retention.example/',
        RETENTION_CALLERS: 'scheduler@example.com',
        NOTIFY_AUDIENCES: 'https://notify.example/',
        NOTIFY_CALLERS: 'pubsub@example.com',
        CHANNEL_CREDENTIALS: 'env:CREDENTIALS',
        CREDENTIALS: '{}',
      },
    })
    // A connection that stays, as the load balancer's do.
    await (await fetch(running.url)).text()
    running.child.kill('SIGTERM')
    const lastWords = await running.ended
    expect([running.child.exitCode, running.child.signalCode]).toEqual([0, null])
    expect(lastWords).toMatch(/"ending"/)
    expect(lastWords).not.toContain('ended before everything was done')
    expect(existsSync(`${around.database}-wal`)).toBe(false)
  })
})
