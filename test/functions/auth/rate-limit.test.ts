import { describe, expect, it } from 'vitest'
import { createRateLimit } from '../../../functions/auth/rate-limit.ts'

describe('a rate limit', () => {
  it('allows a burst, and then as many as come back with time', () => {
    let now = 0
    const isAllowed = createRateLimit({ perSecond: 2, burst: 3 }, () => now)
    const take = (count: number) => Array.from({ length: count }, isAllowed).filter(Boolean).length
    expect(take(10)).toBe(3)
    now += 499
    expect(take(10)).toBe(0)
    now += 1
    expect(take(10)).toBe(1)
    now += 3_600_000
    expect(take(10)).toBe(3)
  })

  it('gives nothing for a clock that is set back', () => {
    let now = 10_000
    const isAllowed = createRateLimit({ perSecond: 1, burst: 1 }, () => now)
    expect(isAllowed()).toBe(true)
    now = 0
    expect(isAllowed()).toBe(false)
    now = 1000
    expect(isAllowed()).toBe(true)
  })
})
