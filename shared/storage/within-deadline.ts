import { StoreError } from './store-error.ts'

/** Stops waiting after `timeoutMs` of real time. What was under way may still happen; `signal` tells it that nobody waits. */
export const withinDeadline = async <Outcome>(
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<Outcome>,
): Promise<Outcome> => {
  const controller = new AbortController()
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    const error = new StoreError('deadline', `the database did not answer within ${timeoutMs} ms`)
    late.reject(error)
    controller.abort(error)
  }, timeoutMs)
  try {
    return await Promise.race([work(controller.signal), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
