import type { Reply } from '../dialogflow/reply.ts'
import { type AnswerStore, type Lease, lookUp, takeLease } from './lease.ts'

export type Claim = AnswerStore & {
  readonly id: string
  /** Aborted when nobody waits any more. A lease that comes after that is left to run out. */
  readonly signal: AbortSignal
}

/**
 * Gets the lease on a call; or, looking again and again, the reply of whoever has it.
 *
 * @param onWait called when another process is found to have the lease
 */
export const claim = async ({ id, signal, ...kept }: Claim, onWait: () => void): Promise<Lease | Reply | undefined> => {
  let found: Reply | 'leased' | 'unknown' = 'unknown'
  for (let pauseMs = 10; !signal.aborted; pauseMs = Math.min(2 * pauseMs, 200)) {
    const lease = found === 'unknown' && (await takeLease(kept, id))
    if (lease) return lease
    found = await lookUp(kept, id)
    if (typeof found !== 'string') return found
    onWait()
    // At random, so that those who wait do not all look at once.
    await sleep(pauseMs * (0.5 + Math.random()))
  }
  return undefined
}

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
