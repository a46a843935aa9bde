/** What the ratio of ours to the baseline has to be. */
export type Target = { readonly atLeast: number } | { readonly atMost: number }

/** What a case found: one figure a round for each side, the two of a round measured one right after the other. */
export type Measured = {
  readonly ours: readonly number[]
  readonly baseline: readonly number[]
  /** Where the baseline is chosen while measuring. */
  readonly baselineName?: string
  /** What else is worth knowing, by name. */
  readonly notes?: Readonly<Record<string, string | number>>
}

/** What a case is told. */
export type Run = {
  /** Fewer rounds: the figures are rougher, what they mean is the same. */
  readonly quick: boolean
  /** Tells the person who waits what is being done. */
  readonly progress: (doing: string) => void
}

/** One comparison. A new one is a file in cases/ and a line in cases/index.ts. */
export type BenchCase = {
  readonly name: string
  /** In one line: what is compared. */
  readonly about: string
  readonly unit: string
  readonly baselineName: string
  readonly target: Target
  /** It runs programs that need the packages of test/bench/package.json. */
  readonly needsPeers?: true
  /** It runs dist/webhook. */
  readonly needsBuild?: true
  readonly measure: (run: Run) => Promise<Measured>
}
