import { afterAll, describe, expect, test } from 'vitest'
import { Coverage } from './coverage.ts'
import { fuzz } from './fuzzer.ts'
import { isOurs } from './is-ours.ts'

/** Enough to see that every target still works; what takes longer to find is for `npm run fuzz`. */
const SECONDS = Number(process.env.FUZZ_SECONDS ?? 0.8)
const SEED = Number(process.env.FUZZ_SEED ?? 1)

describe(`${SECONDS} s of fuzzing with the seed ${SEED}`, async () => {
  const coverage = new Coverage(isOurs)
  afterAll(() => coverage[Symbol.dispose]())
  const { targets } = await import('./targets/index.ts')

  test.each(targets)('$name: $promise', { timeout: SECONDS * 1000 + 20_000 }, async target => {
    const options = { seed: SEED, seconds: SECONDS, runs: Number.POSITIVE_INFINITY, corpus: [], onKept: () => {} }
    const { finding, outcomes, blocks } = await fuzz(target, coverage, options)
    expect(finding && { ...finding, input: finding.input.toString('latin1') }).toBeUndefined()
    // A target that always comes to the same, or reaches nothing, would keep any promise.
    expect(outcomes.size).toBeGreaterThan(2)
    expect(blocks.reached).toBeGreaterThan(5)
  })
})
