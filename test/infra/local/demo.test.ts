import { expect, test as sequentialTest } from 'vitest'
import { channelScenes } from '../../../infra/local/scenes/channel-scenes.ts'
import { scenes } from '../../../infra/local/scenes/scenes.ts'
import { signInScenes } from '../../../infra/local/scenes/sign-in-scenes.ts'
import { runProgram } from './run-program.ts'

/** Each spends half of its time waiting. */
const test = sequentialTest.concurrent

const DEMO = 'infra/local/demo.ts'
/** A demo takes three seconds on a machine of its own. */
const TIMEOUT_MS = 60_000

test('the demo shows that everything is as it should be', { timeout: TIMEOUT_MS }, async () => {
  const { status, output } = await runProgram([DEMO])
  const all = scenes.length + signInScenes().length + channelScenes().length
  expect(output).toContain(`${all} of ${all} went as they should`)
  expect(output).not.toContain('✘')
  expect(status).toBe(0)
})

test('the demo fails on a function that believes everybody', { timeout: TIMEOUT_MS }, async () => {
  const { status, output } = await runProgram([DEMO, 'test/infra/local/credulous-function.ts'])
  const refused = output.split('\n').filter(line => line.includes('✔'))
  expect(refused.every(line => line.includes('closed client_cert_'))).toBe(true)
  expect(status).toBe(1)
})
