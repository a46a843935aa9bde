import type { Clock } from '../../shared/runtime/clock.ts'

/**
 * A token bucket, of one instance and for all its callers: each caller's own limit is the load balancer's.
 *
 * @returns whether one more is allowed now
 */
export const createRateLimit = (
  { perSecond, burst }: { readonly perSecond: number; readonly burst: number },
  clock: Clock,
): (() => boolean) => {
  let left = burst
  let since = clock()
  return () => {
    const now = clock()
    left = Math.min(burst, left + (Math.max(0, now - since) / 1000) * perSecond)
    since = now
    if (left < 1) return false
    left -= 1
    return true
  }
}
