import type { Parameters } from 'fast-check'

const { FUZZ_SEED = '1', FUZZ_SECONDS } = process.env

/**
 * How long a property is tried: so many runs, the same in every run; fast-check says the seed of one that fails.
 * `FUZZ_SEED` takes another seed, `FUZZ_SECONDS` so many seconds for each property in place of the runs.
 */
export const budget = (numRuns = 200): Parameters<unknown> => {
  const seed = Number(FUZZ_SEED)
  return FUZZ_SECONDS === undefined
    ? { seed, numRuns }
    : { seed, numRuns: Number.MAX_SAFE_INTEGER, interruptAfterTimeLimit: Number(FUZZ_SECONDS) * 1000 }
}

const SLACK_MS = 20_000

/** What a test of one property may take. */
export const TIMEOUT_MS = Number(FUZZ_SECONDS ?? 0) * 1000 + SLACK_MS
