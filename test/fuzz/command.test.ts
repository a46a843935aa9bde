import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { runCommand } from './command.ts'
import { Coverage } from './coverage.ts'

describe('npm run fuzz', { timeout: 30_000 }, async () => {
  const coverage = new Coverage(url => url.endsWith('/fuzz/planted.ts'))
  const folder = mkdtempSync(join(tmpdir(), 'fuzz-'))
  afterAll(() => {
    coverage[Symbol.dispose]()
    rmSync(folder, { recursive: true })
  })
  const { planted } = await import('./planted.ts')
  const whole = { ...planted, name: 'whole', check: () => 'read' }
  let printed = ''
  beforeEach(() => {
    printed = ''
  })
  const print = (text: string) => {
    printed += `${text}\n`
  }
  const run = (...args: readonly string[]) => runCommand(args, { targets: [whole, planted], coverage, print })

  test('says what it can do, and what it looks for', async () => {
    expect(await run('--help')).toBe(0)
    expect(printed).toMatch(/--seconds N[\s\S]*whole {14}none\n/)
  })

  test.each([['other'], ['--seconds', 'many'], ['--quick']])('does not guess what %s means', async (...args) => {
    await expect(run(...args)).rejects.toThrow(/other|seconds|quick/)
  })

  test('ends well where every promise is kept, and says how much was tried', async () => {
    expect(await run('whole', '--runs', '100')).toBe(0)
    expect(printed).toMatch(/^whole +\d+ executions in [\d.]+ s .* no promise broken\n$/)
  })

  test('ends badly where one is broken, with its shortest input in a file that shows it again', async () => {
    expect(await run('--runs', '5000')).toBe(1)
    expect(printed).toMatch(/^whole .* no promise broken\nplanted .* BROKEN\n {2}TypeError: planted\n {2}at /)
    const [, file = ''] = /--input (\S+)/.exec(printed) ?? []
    expect(readFileSync(file, 'utf8')).toMatch(/^(?:amber|basalt|copper){3}$/)
    expect(await run('planted', '--input', file)).toBe(1)
    expect(await run('whole', '--input', file)).toBe(0)
    rmSync(join(file, '..'), { recursive: true })
  })

  test('begins where the last run ended, with a corpus', async () => {
    await run('planted', '--runs', '5000', '--corpus', folder)
    const kept = readdirSync(join(folder, 'planted'))
    expect(kept.length).toBeGreaterThan(1)
    printed = ''
    await run('planted', '--runs', '1', '--corpus', folder)
    expect(Number(/(\d+) executions/.exec(printed)?.[1])).toBeGreaterThan(kept.length)
  })
})
