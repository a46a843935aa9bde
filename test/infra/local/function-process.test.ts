import { expect, test } from 'vitest'
import { startFunction } from '../../../infra/local/function-process.ts'
import { freePort, listens } from '../../../infra/local/listen.ts'

const TIMEOUT_MS = 60_000
const fixture = async (name: string) => ({
  source: `test/infra/local/${name}.ts`,
  target: 'webhook',
  port: await freePort(),
  environment: { NODE_ENV: 'production' },
})

test('a function is ready when it is given, its log is read, and it is gone when it is let go', {
  timeout: TIMEOUT_MS,
}, async () => {
  const running = await startFunction(await fixture('credulous-function'))
  expect((await fetch(running.url, { method: 'POST' })).status).toBe(200)
  expect(await running.log.find(0, ({ message }) => message === 'call accepted')).toMatchObject({ severity: 'INFO' })
  await running[Symbol.asyncDispose]()
  expect(await listens(Number(running.url.port))).toBe(false)
})

test('a function that ends by itself is told of', { timeout: TIMEOUT_MS }, async () => {
  const running = await startFunction(await fixture('credulous-function'))
  await fetch(running.url, { method: 'DELETE' }).catch(() => {})
  expect(await running.ended).toContain('credulous to the last')
  await running[Symbol.asyncDispose]()
})

test('a function that cannot start is named with its last words', { timeout: TIMEOUT_MS }, async () => {
  await expect(startFunction(await fixture('broken-function'))).rejects.toThrow(
    /The function webhook did not start:[\s\S]*this function cannot start/,
  )
})
