import { median, ratios } from './statistics.ts'

/** A comparison beside the case's own, in words for its notes: medians, and the median of the rounds' ratios. */
export const comparison = (one: readonly number[] = [], other: readonly number[] = [], digits = 1): string =>
  `${median(one).toFixed(digits)} µs : ${median(other).toFixed(digits)} µs = ${median(ratios(one, other)).toFixed(2)}`
