import type { Random } from './random.ts'

/** What a mutator may put into an input. */
export type Material = {
  readonly random: Random
  /** Words that the code knows. */
  readonly words: readonly string[]
  /** Another input, to take a piece of. */
  readonly other: () => Buffer
}

/** Changes an input in one way. It leaves the input itself as it was, and may return it where it cannot be changed so. */
export type Mutator = (input: Buffer, material: Material) => Buffer
