import { expect, test } from 'vitest'
import { startFunction } from '../../../infra/local/function-process.ts'
import { freePort } from '../../../infra/local/listen.ts'
import { retentionEstate, send } from './served-retention.ts'

test('runs under functions-framework as it is deployed, which does not look into the body either', async () => {
  await using estate = await retentionEstate()
  const port = await freePort()
  await using retention = await startFunction({
    source: 'functions/retention/index.ts',
    target: 'retention',
    port,
    environment: { PATH: process.env.PATH ?? '', NODE_ENV: 'production', ...estate.environment },
  })
  const hostile = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }
  expect((await send(port, { headers: hostile, body: '{' })).status).toBe(401)
  const headers = { ...hostile, Authorization: `Bearer ${estate.token()}` }
  const { status, body } = await send(port, { headers, body: '{' })
  expect([status, JSON.parse(body)]).toMatchObject([200, { purged: { grants: 0 }, more: false }])
  expect(await retention.log.find(0, ({ message }) => message === 'purged')).toMatchObject({ severity: 'INFO' })
}, 30_000)
