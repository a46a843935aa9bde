import type { Measured, Run } from './bench-case.ts'
import type { Contender } from './contender.ts'
import { interleave } from './interleave.ts'
import { median, ratios } from './statistics.ts'

/** Until the compiler has seen all of it: answers become faster for some ten thousand calls. */
export const WARM_UP = { quick: 4000, full: 12_000 }

/** Has two servers answer in turns, and says what it cost them. */
export const race = async (
  { quick, progress }: Run,
  ours: Contender,
  baseline: Contender,
  warmUp: readonly Buffer[],
  rounds: { readonly quick: number; readonly full: number },
): Promise<Measured> => {
  progress('warming up')
  for (const { load } of [ours, baseline]) await load.closedLoop(warmUp, quick ? WARM_UP.quick : WARM_UP.full)
  const before = process.cpuUsage()
  const startedAt = performance.now()
  await interleave([ours, baseline], quick ? rounds.quick : rounds.full, progress)
  const { user, system } = process.cpuUsage(before)
  const busy = (user + system) / 1000 / (performance.now() - startedAt)
  return {
    ours: ours.samples,
    baseline: baseline.samples,
    notes: {
      'processor µs an answer, ours': Math.round(median(ours.processorTimes)),
      'processor µs an answer, baseline': Math.round(median(baseline.processorTimes)),
      'ratio by processor time': Number(processorRatio(ours, baseline).toFixed(3)),
      'generator busy': `${Math.round(busy * 100)} % of a core`,
    },
  }
}

/** How many answers ours gives in the processor time of one of the baseline's: what is left when others use the machine too. */
const processorRatio = (ours: Contender, baseline: Contender): number =>
  median(ratios(baseline.processorTimes, ours.processorTimes))
