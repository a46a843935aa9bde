import type { Coverage } from './coverage.ts'
import { minimise } from './minimise.ts'
import { byteMutators } from './mutate-bytes.ts'
import type { Mutator } from './mutator.ts'
import { Random } from './random.ts'
import type { FuzzTarget } from './target.ts'
import { tryInput, type Violation } from './trial.ts'
import { wordsOf } from './words.ts'

export type FuzzOptions = {
  readonly seed: number
  /** Whichever is reached first ends the run. Runs are the same on every machine, seconds are not. */
  readonly runs: number
  readonly seconds: number
  /** Inputs to begin with, besides the target's own. */
  readonly corpus: readonly Buffer[]
  /** Told of every input that is kept. */
  readonly onKept: (input: Buffer) => void
}

export type FuzzReport = {
  readonly target: string
  readonly executions: number
  readonly blocks: { readonly reached: number; readonly known: number }
  /** Inputs that reached something new, in the order in which they were found. */
  readonly kept: number
  /** What became of inputs, and of how many. */
  readonly outcomes: ReadonlyMap<string, number>
  readonly finding: (Violation & { readonly input: Buffer }) | undefined
}

/** Coverage takes as long as ten inputs: it is asked for once a batch, and only if there is something new for each input. */
const BATCH = 32
const MAX_MUTATIONS = 6

/** Makes inputs of inputs and keeps those that reach new blocks or have a new outcome, until a promise is broken or time is up. */
export const fuzz = async (target: FuzzTarget, coverage: Coverage, options: FuzzOptions): Promise<FuzzReport> => {
  const random = new Random(options.seed)
  const words = [...wordsOf(target.words), 'x']
  const mutators: readonly Mutator[] = [...byteMutators, ...[1, 2, 3, 4].flatMap(() => target.mutators)]
  const own = target.seeds()
  const kept: Buffer[] = []
  const outcomes = new Map<string, number>()
  const deadline = performance.now() + options.seconds * 1000
  let executions = 0

  const run = async (input: Buffer): Promise<Violation | 'new' | 'seen'> => {
    executions += 1
    const outcome = await tryInput(target, input)
    if (typeof outcome !== 'string') return outcome
    const times = outcomes.get(outcome) ?? 0
    outcomes.set(outcome, times + 1)
    return times === 0 ? 'new' : 'seen'
  }
  const keep = (input: Buffer) => {
    kept.push(input)
    options.onKept(input)
  }
  const runBatch = async (inputs: readonly Buffer[]): Promise<FuzzReport['finding']> => {
    const unseen: boolean[] = []
    for (const input of inputs) {
      const result = await run(input)
      if (typeof result !== 'string') return shortened(input, result)
      unseen.push(result === 'new')
    }
    const together = coverage.take()
    const isAnyNew = coverage.isNew(together)
    for (const [at, input] of inputs.entries()) {
      if (isAnyNew) {
        const result = await run(input)
        if (typeof result !== 'string') return shortened(input, result)
        const reached = coverage.take()
        if (coverage.isNew(reached) || unseen[at]) keep(input)
        coverage.add(reached)
      } else if (unseen[at]) keep(input)
    }
    // What inputs reach only together, a filled memory for one, is of no use again.
    coverage.add(together)
    return undefined
  }
  const shortened = async (input: Buffer, violation: Violation): Promise<FuzzReport['finding']> => {
    const shortest = await minimise(input, async candidate => {
      const again = await tryInput(target, candidate)
      return typeof again !== 'string' && again.at === violation.at
    })
    const again = await tryInput(target, shortest)
    return { ...(typeof again === 'string' ? violation : again), input: shortest }
  }
  const isOver = () => executions >= options.runs || performance.now() >= deadline

  const mutated = (): Buffer => {
    // What is genuine passes most checks, and what was found last leads further than the rest.
    let input = random.pick(random.oneIn(3) ? own : random.oneIn(2) ? kept.slice(-16) : kept)
    const material = { random, words, other: () => random.pick(kept) }
    for (let times = 1 + random.below(1 + random.below(MAX_MUTATIONS)); times > 0; times -= 1) {
      input = random.pick(mutators)(input, material).subarray(0, target.maxLength)
    }
    return input
  }

  coverage.forget()
  let finding: FuzzReport['finding']
  for (const input of [...own, ...options.corpus]) {
    finding ??= await runBatch([input.subarray(0, target.maxLength)])
  }
  if (kept.length === 0) kept.push(...own)
  while (finding === undefined && !isOver()) finding = await runBatch(Array.from({ length: BATCH }, mutated))
  return { target: target.name, executions, blocks: coverage.blocks, kept: kept.length, outcomes, finding }
}
