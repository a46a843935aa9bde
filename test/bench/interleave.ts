/** One side of a comparison, and what was measured of it, a sample a round. */
export type Side = {
  readonly measure: () => number | Promise<number>
  readonly samples: number[]
}

export const side = (measure: Side['measure']): Side => ({ measure, samples: [] })

/**
 * Measures all sides once a round, one right after the other, every second round in the opposite order: what the machine
 * does meanwhile, and what one side leaves behind for the next, meets all of them alike.
 */
export const interleave = async (
  sides: readonly Side[],
  rounds: number,
  progress: (doing: string) => void = () => {},
): Promise<void> => {
  for (let round = 0; round < rounds; round += 1) {
    progress(`round ${round + 1} of ${rounds}`)
    for (const { measure, samples } of round % 2 === 0 ? sides : sides.toReversed()) samples.push(await measure())
  }
}
