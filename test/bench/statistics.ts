/**
 * The value below which a share of the samples lies, interpolated between neighbours.
 *
 * @param share 0 to 1
 * @throws {RangeError} without samples
 */
export const quantile = (samples: readonly number[], share: number): number => {
  if (samples.length === 0) throw new RangeError('no samples')
  const sorted = samples.toSorted((a, b) => a - b)
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position - Math.floor(position))
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5)

/** One side's samples divided by the other's, round by round. */
export const ratios = (one: readonly number[], other: readonly number[]): readonly number[] =>
  one.map((sample, round) => sample / (other[round] ?? Number.NaN))

/** The middle half of the samples: its lower and its upper end. */
export const middleHalf = (samples: readonly number[]): readonly [number, number] => [
  quantile(samples, 0.25),
  quantile(samples, 0.75),
]
