import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'

/** What every handler is given beside the turn. A function adds its own to it: see `contextFor` in `dispatcher.ts`. */
export type HandlerContext = {
  /**
   * Aborted when the answer can no longer be given: at the deadline, and for an idempotent handler also when the caller
   * has left. (Of a call that is answered once only, the retry may still be on its way to fetch the answer.)
   */
  readonly signal: AbortSignal
  /** Milliseconds until the deadline, 0 once it has passed. */
  readonly remainingMs: () => number
  readonly clock: Clock
  /** Names the intent in every entry. Never give it words of the user. */
  readonly log: Log
}
