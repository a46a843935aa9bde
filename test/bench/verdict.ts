import type { BenchCase, Measured } from './bench-case.ts'
import { median, middleHalf, ratios } from './statistics.ts'

/** A case's result, as `--json` prints it. */
export type Verdict = {
  readonly name: string
  readonly unit: string
  /** Medians over the rounds. */
  readonly ours: number
  readonly baseline: number
  readonly baselineName: string
  /** The median of the rounds' own ratios of ours to the baseline. */
  readonly ratio: number
  readonly target: number
  readonly ok: boolean
  /** Whether the target is a lower or an upper bound of the ratio. */
  readonly bound: 'atLeast' | 'atMost'
  /** Between which values the middle half of the rounds' ratios lies. */
  readonly spread: readonly [number, number]
  readonly rounds: number
  readonly notes: Readonly<Record<string, string | number>>
}

/** @throws {RangeError} unless both sides were measured in every round */
export const judge = (
  { name, unit, target, baselineName: named }: Omit<BenchCase, 'measure'>,
  { ours, baseline, baselineName = named, notes = {} }: Measured,
): Verdict => {
  if (ours.length !== baseline.length) throw new RangeError(`${name}: the sides have not as many samples`)
  const all = ratios(ours, baseline)
  const ratio = median(all)
  const limit = 'atLeast' in target ? target.atLeast : target.atMost
  return {
    name,
    unit,
    ours: median(ours),
    baseline: median(baseline),
    baselineName,
    ratio,
    target: limit,
    ok: 'atLeast' in target ? ratio >= limit : ratio <= limit,
    bound: 'atLeast' in target ? 'atLeast' : 'atMost',
    spread: middleHalf(all),
    rounds: all.length,
    notes,
  }
}
