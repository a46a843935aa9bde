import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, type TestContext, test } from 'vitest'
import type { Command, Report } from './order-process.ts'

/** One process that takes orders. */
const start = async (database: string, book: string, { onTestFinished }: TestContext) => {
  const child = fork(new URL('order-process.ts', import.meta.url), [database, book], { execArgv: [] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const reports: Report[] = []
  child.on('message', (report: Report) => reports.push(report))
  /** The next report of a kind, which may have come already. */
  const next = async <Wanted extends Report>(isWanted: (report: Report) => report is Wanted): Promise<Wanted> => {
    for (;;) {
      const report = reports.shift()
      if (report === undefined) await once(child, 'message')
      else if (isWanted(report)) return report
    }
  }
  await next(report => report === 'ready')
  return {
    signal: (name: NodeJS.Signals) => child.kill(name),
    tell: (command: Command) => child.send(command),
    started: () => next(report => report === 'started'),
    outcome: () => next(report => typeof report === 'object'),
  }
}

/** Two processes on one database, and how often the handler has been started in them. */
const twoProcesses = async (context: TestContext) => {
  const directory = mkdtempSync(join(tmpdir(), 'once-only-'))
  const [database, book] = [join(directory, 'orders.db'), join(directory, 'book')]
  const [one, two] = await Promise.all([start(database, book, context), start(database, book, context)])
  context.onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return { one, two, ordersTaken: () => readFileSync(book, 'utf8').trim().split('\n').length }
}

// Leases run out in real time, so these tests take seconds: all at once.
describe.concurrent('two processes', { timeout: 30_000 }, () => {
  test('runs the handler once for a call delivered to two processes at the same moment', async context => {
    const { one, two, ordersTaken } = await twoProcesses(context)
    const rounds = 20
    const numbers = new Set<string>()
    for (let round = 0; round < rounds; round += 1) {
      const call = { responseId: `response-${round}`, text: 'quick' } as const
      one.tell(call)
      two.tell(call)
      const [first, second] = await Promise.all([one.outcome(), two.outcome()])
      expect([first.kind, second.kind].sort()).toEqual(['answered', 'repeated'])
      expect(first.reply).toBe(second.reply)
      numbers.add(first.reply)
    }
    expect(ordersTaken()).toBe(rounds)
    expect(numbers.size).toBe(rounds)
  })

  test('does not lose the turn of a process killed in the middle', async context => {
    const { one, two, ordersTaken } = await twoProcesses(context)
    const call = { responseId: 'response-1', text: 'slow' } as const
    one.tell(call)
    await one.started()
    two.tell(call)
    two.tell('finish')
    one.signal('SIGKILL')
    expect(await two.outcome()).toMatchObject({ kind: 'answered' })
    expect(ordersTaken()).toBe(2)
  })

  test('gives the same answer to everybody when a process stood still and woke up', async context => {
    const { one, two, ordersTaken } = await twoProcesses(context)
    const call = { responseId: 'response-1', text: 'slow' } as const
    one.tell(call)
    await one.started()
    one.signal('SIGSTOP')
    two.tell(call)
    two.tell('finish')
    const second = await two.outcome()
    one.signal('SIGCONT')
    one.tell('finish')
    expect(second.kind).toBe('answered')
    expect(await one.outcome()).toEqual({ kind: 'repeated', reply: second.reply })
    expect(ordersTaken()).toBe(2)
  })
})
