import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { startFunction } from '../../../infra/local/function-process.ts'
import { freePort } from '../../../infra/local/listen.ts'
import { faults } from './faulty-server.ts'
import { startSecretManager } from './secret-manager.ts'
import { Surroundings } from './surroundings.ts'

const LATE = 'Secret Manager gave no proper answer within 3000 ms'
const SECRET = 'an-attestation-that-nobody-guesses'

const json =
  (status: number, body: object): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
const error = (code: number, status: string): RequestListener =>
  json(code, { error: { code, status, message: `with ${SECRET}` } })
const version = (text: string): RequestListener =>
  json(200, { name: 'projects/1/secrets/s/versions/1', payload: { data: Buffer.from(text).toString('base64') } })

/** What a start that fails leaves behind for the operator. */
const failedStart = async (starting: Promise<AsyncDisposable>): Promise<string> => {
  try {
    await using _ = await starting
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'it started'
}

/** No instance answers a call that it cannot judge. The revision before goes on serving: Cloud Run moves no traffic to one that does not start. */
const saysWhy = (words: string, reason: string) => {
  expect(words).toContain('"severity":"CRITICAL"')
  expect(words).toContain('"message":"the webhook cannot start: configuration"')
  expect(words).toContain('"variable":"LB_ATTESTATION"')
  expect(words).toContain(reason)
  expect(words).not.toContain(SECRET)
}

describe.concurrent('a secret that cannot be had keeps the instance from starting, and the operator reads why:', () => {
  test.for([
    ['its file is missing', 'file:/nowhere/attestation', 'it could not be read (ENOENT)'],
    ['its file is a folder', 'file:/', 'it could not be read (EISDIR)'],
    ['its file is empty', 'file:/dev/null', 'it is empty'],
    ['its variable is missing', 'env:NOWHERE', 'the environment has no such variable'],
  ] as const)('%s', async ([, reference, reason]) => {
    await using around = await Surroundings.make()
    saysWhy(await failedStart(around.start({ LB_ATTESTATION: reference })), reason)
  })

  test.for([
    ['refuses', error(403, 'PERMISSION_DENIED'), 'it could not be read (7)'],
    ['has no such version', error(404, 'NOT_FOUND'), 'it could not be read (5)'],
    ['is down for longer than three seconds', error(503, 'UNAVAILABLE'), LATE],
    ['never answers', faults['never answers'], LATE],
    ['answers garbage', faults['answers garbage'], LATE],
    ['breaks off', faults['breaks off'], LATE],
    ['has an empty version', version(''), 'it is empty'],
  ] as const)('Secret Manager %s', async ([, behave, reason]) => {
    await using around = await Surroundings.make()
    await using secrets = await startSecretManager(around.directory, behave)
    const reference = 'projects/p/secrets/s/versions/1'
    saysWhy(await failedStart(around.start({ ...secrets.environment, LB_ATTESTATION: reference })), reason)
    expect(secrets.asked.length).toBeGreaterThan(0)
  })

  test('but Secret Manager that is well again within three seconds does not', async () => {
    await using around = await Surroundings.make()
    let asked = 0
    await using secrets = await startSecretManager(around.directory, (request, response) => {
      asked += 1
      const behave = asked === 1 ? error(503, 'UNAVAILABLE') : version(SECRET)
      behave(request, response)
    })
    await using instance = await around.start({
      ...secrets.environment,
      LB_ATTESTATION: 'projects/p/secrets/s/versions/1',
    })
    expect(await instance.say({ intent: 'Opening Hours' })).toMatchObject({ status: 200 })
  })
})

test('an authentication server that lacks a secret does not start either, and says why', async () => {
  await using around = await Surroundings.make()
  const words = await failedStart(
    startFunction({
      source: 'functions/auth/index.ts',
      target: 'auth',
      port: await freePort(),
      environment: {
        PATH: process.env.PATH ?? '',
        AUTH_BASE_URL: 'http://localhost:8080',
        AUTHENTICATION_SERVICES: 'env:SERVICES',
        SERVICES: '{"services":[]}',
        STORE: 'sqlite::memory:',
        TOKEN_KEYS: `file:${join(around.directory, 'missing')}`,
        SESSION_KEYS: `file:${join(around.directory, 'missing')}`,
      },
    }),
  )
  expect(words).toContain('"severity":"CRITICAL"')
  expect(words).toContain('TOKEN_KEYS')
  expect(words).toContain('ENOENT')
})
