import type { Clock } from '../../shared/runtime/clock.ts'
import { describeError } from '../../shared/runtime/describe-error.ts'
import type { Log } from '../../shared/runtime/log.ts'
import type { Counts, Purge } from './purge.ts'

/** Where a run stops, at the end of a batch. */
export type Bounds = {
  readonly clock: Clock
  readonly deadlineMs: number
  readonly maxRecords: number
}

/** What a run has done. */
export type Run = {
  readonly purged: Counts
  /** It has stopped at its bounds. The next run goes on. */
  readonly more: boolean
  readonly durationMs: number
  /** The purges that threw, by name. The others have gone on without them. */
  readonly failed: readonly string[]
}

/** Has the purges take a batch each, in turn, so that none waits for another's backlog. */
export const runPurges = async (
  purges: readonly Purge[],
  { clock, deadlineMs, maxRecords }: Bounds,
  log: Log,
): Promise<Run> => {
  const startedAt = clock()
  const purged: Record<string, number> = {}
  const failed: string[] = []
  const waiting = [...purges]
  let records = 0

  while (records < maxRecords && clock() - startedAt < deadlineMs) {
    const purge = waiting.shift()
    if (purge === undefined) break
    try {
      const counts = await purge.takeBatch()
      for (const [name, count] of Object.entries(counts)) purged[name] = (purged[name] ?? 0) + count
      const taken = Object.values(counts).reduce((sum, count) => sum + count, 0)
      records += taken
      if (taken > 0) waiting.push(purge)
    } catch (error) {
      log('ERROR', 'purge failed', { purge: purge.name, error: describeError(error) })
      failed.push(purge.name)
    }
  }
  return { purged, more: waiting.length > 0, durationMs: clock() - startedAt, failed }
}
