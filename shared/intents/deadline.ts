/** The moment by which somebody wants an answer. Measured on the monotonic clock: a step of the wall clock moves nothing. */
export type Deadline = {
  /** Aborted when the deadline passes or the caller leaves. */
  readonly signal: AbortSignal
  readonly callerLeft: () => boolean
  /** Milliseconds, 0 once it has passed. */
  readonly remainingMs: () => number
  /** Resolves as `work` does, or to `undefined` as soon as the signal is aborted. */
  readonly within: <Value>(work: Promise<Value>) => Promise<Value | undefined>
  /** Nobody waits any more: the signal stays as it is. */
  readonly clear: () => void
}

export const startDeadline = (ms: number, caller?: AbortSignal): Deadline => {
  const end = performance.now() + ms
  const controller = new AbortController()
  const over = Promise.withResolvers<undefined>()
  const expire = (reason: unknown) => {
    // Resolved first, so that a handler that stops at the signal does not overtake the deadline.
    over.resolve(undefined)
    controller.abort(reason)
  }
  const leave = () => expire(caller?.reason)
  const timer = setTimeout(() => expire(new DOMException('The deadline has passed.', 'TimeoutError')), ms)
  if (caller?.aborted) leave()
  else caller?.addEventListener('abort', leave)
  return {
    signal: controller.signal,
    callerLeft: () => caller?.aborted === true,
    remainingMs: () => Math.max(0, end - performance.now()),
    within: work => Promise.race([work, over.promise]),
    clear: () => {
      clearTimeout(timer)
      caller?.removeEventListener('abort', leave)
    },
  }
}
