import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'

const logger = JSON.stringify(new URL('../../../shared/runtime/logger.ts', import.meta.url).href)

/** A process that logs `count` lines; `before` is what it does first. */
const logging = (count: number, before = '') => {
  const program = `
    import { createLog } from ${logger}
    ${before}
    const log = createLog()
    for (let n = 0; n < ${count}; n += 1) log('INFO', 'x'.repeat(1000), { n })
    process.kill(process.pid, 'SIGKILL')`
  return spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] })
}

test('has everything that was logged, although the process is killed right after', async () => {
  const written = await text(logging(500).stdout)
  expect(
    written
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).n),
  ).toEqual(Array.from({ length: 500 }, (_, n) => n))
})

test('waits for a slow reader, also when the pipe does not block', async () => {
  // The first use of process.stdout has the descriptor not block from then on.
  const child = logging(1000, "process.stdout.write('')")
  await delay(300)
  const lines = (await text(child.stdout)).trim().split('\n')
  expect(lines.map(line => JSON.parse(line).n)).toEqual(Array.from({ length: 1000 }, (_, n) => n))
})

test('fails nobody when the reader has gone', async () => {
  const child = logging(200, 'await new Promise(go => setTimeout(go, 100))')
  child.stdout.destroy()
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
})
