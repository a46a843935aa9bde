import { afterAll, describe, expect, test } from 'vitest'
import { Coverage } from './coverage.ts'
import { type FuzzReport, fuzz } from './fuzzer.ts'
import { minimise } from './minimise.ts'

const RUNS = 5000
const SHORTEST = /^(?:amber|basalt|copper){3}$/

describe('the fuzzer', { timeout: 30_000 }, async () => {
  const isPlanted = (url: string) => url.endsWith('/fuzz/planted.ts')
  const coverage = new Coverage(isPlanted)
  const { planted } = await import('./planted.ts')
  afterAll(() => coverage[Symbol.dispose]())

  const run = async (seed: number, runs = RUNS): Promise<FuzzReport & { readonly inputs: readonly string[] }> => {
    const inputs: string[] = []
    const onKept = (input: Buffer) => void inputs.push(input.toString('hex'))
    return { ...(await fuzz(planted, coverage, { seed, runs, seconds: 60, corpus: [], onKept })), inputs }
  }

  test('finds a defect behind conditions that it can only meet one after the other', async () => {
    const { finding, kept } = await run(1)
    expect(finding).toMatchObject({ message: 'TypeError: planted' })
    expect(finding?.input.toString()).toMatch(SHORTEST)
    expect(kept).toBeGreaterThanOrEqual(3)
  })

  test('does the same again with the same seed, and something else with another', async () => {
    const [one, again, other] = [await run(2), await run(2), await run(3)]
    expect(again).toEqual(one)
    expect(other.inputs).not.toEqual(one.inputs)
  })

  test('ends after so many runs', async () => {
    const { finding, executions } = await run(1, 100)
    expect(finding).toBeUndefined()
    expect(executions).toBeLessThan(200)
  })

  test('finds nothing of the kind without looking at what is reached', async () => {
    using blind = new Coverage(() => false)
    const report = await fuzz(planted, blind, { seed: 1, runs: RUNS, seconds: 60, corpus: [], onKept: () => {} })
    expect(report.finding).toBeUndefined()
  })
})

test('an input is shortened to what it takes', async () => {
  const isBroken = async (input: Buffer) => /a.*b.*c/s.test(input.toString('latin1'))
  const long = Buffer.from(`${'-'.repeat(500)}a${'-'.repeat(500)}b${'-'.repeat(30)}c${'-'.repeat(70)}`)
  expect((await minimise(long, isBroken)).toString()).toBe('abc')
})
