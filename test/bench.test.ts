import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { BenchCase } from './bench/bench-case.ts'
import { cases } from './bench/cases/index.ts'
import { interleave, side } from './bench/interleave.ts'
import { report } from './bench/report.ts'
import { median, middleHalf, quantile } from './bench/statistics.ts'
import { judge } from './bench/verdict.ts'

const bench = join(import.meta.dirname, 'bench', 'bench.ts')
const run = (...args: readonly string[]) => promisify(execFile)(process.execPath, [bench, ...args])

const latency: Omit<BenchCase, 'measure'> = {
  name: 'latency',
  about: 'something',
  unit: 'ms',
  baselineName: 'nothing',
  target: { atMost: 1.5 },
}

test('every case that is promised is in the list, once', () => {
  expect(cases.map(({ name }) => name)).toEqual([
    'throughput-seen',
    'throughput-fresh',
    'throughput-rival',
    'throughput-libraries',
    'verify-fresh',
    'cold-start',
    'cold-start-rival',
    'memory',
    'tail',
    'account-turn',
    'lookup-scale',
    'purge-scale',
    'refusals',
    'soak',
  ])
})

test.each([
  [[3], 3],
  [[9, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
])('the median of %j is %d', (samples, expected) => {
  expect(median(samples)).toBe(expected)
})

test('quantiles lie between the samples, and there is none of nothing', () => {
  expect(quantile([0, 10, 20, 30], 0.99)).toBeCloseTo(29.7)
  expect(middleHalf([1, 2, 3, 4, 5])).toEqual([2, 4])
  expect(() => median([])).toThrow(RangeError)
})

test('the sides take turns, and every second round goes the other way', async () => {
  const order: string[] = []
  const [a, b] = ['a', 'b'].map(name => side(() => order.push(name)))
  if (a === undefined || b === undefined) throw new Error('two sides')
  await interleave([a, b], 3)
  expect(order.join('')).toBe('abbaab')
  expect([a.samples, b.samples]).toEqual([
    [1, 4, 5],
    [2, 3, 6],
  ])
})

test('the ratio is the median of the rounds’ own, whatever the machine did between them', () => {
  const verdict = judge(latency, { ours: [10, 200, 14], baseline: [10, 100, 10] })
  expect(verdict).toMatchObject({ ours: 14, baseline: 10, ratio: 1.4, rounds: 3, ok: true })
  expect(verdict.spread.map(value => value.toFixed(1))).toEqual(['1.2', '1.7'])
})

test.each([
  [{ atMost: 1.3 }, 1.3, true],
  [{ atMost: 1.3 }, 1.31, false],
  [{ atLeast: 0.9 }, 0.9, true],
  [{ atLeast: 0.9 }, 0.89, false],
  [{ atMost: 1.3 }, Number.NaN, false],
  [{ atLeast: 0.9 }, Number.NaN, false],
])('a target of %j and a ratio of %d: %s', (target, ratio, ok) => {
  expect(judge({ ...latency, target }, { ours: [ratio], baseline: [1] }).ok).toBe(ok)
})

test('sides that were not measured equally often are no result', () => {
  expect(() => judge(latency, { ours: [1, 2], baseline: [1] })).toThrow(RangeError)
})

test('a result has the properties that programs read', () => {
  const verdict = judge(latency, { ours: [2], baseline: [1], notes: { rate: 5 } })
  expect(JSON.parse(JSON.stringify(verdict))).toMatchObject({
    name: 'latency',
    unit: 'ms',
    ours: 2,
    baseline: 1,
    baselineName: 'nothing',
    ratio: 2,
    target: 1.5,
    ok: false,
  })
  expect(report([verdict])).toMatch(/latency +2\.00 ms +1\.00 ms +2\.00 .*≤ 1\.50 +MISSED +nothing/)
})

test('the command lists its cases, and measures none that it does not know', async () => {
  const { stdout } = await run('--list')
  for (const { name } of cases) expect(stdout).toContain(`${name}: `)
  await expect(run('no-such-case')).rejects.toMatchObject({ code: 2, stderr: 'no such case: no-such-case\n' })
}, 30_000)
