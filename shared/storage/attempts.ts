import { setTimeout } from 'node:timers/promises'

/**
 * Attempts at something others may be in the way of: the first at once, the next after pauses that grow from about 1 to
 * 50 ms, at random so that contenders part, until `timeoutMs` of real time are over.
 */
export async function* attempts(timeoutMs: number): AsyncGenerator<void, void, void> {
  const end = performance.now() + timeoutMs
  for (let pause = 1; ; pause = Math.min(pause * 2, 50)) {
    yield
    if (performance.now() + pause > end) return
    await setTimeout(pause * (0.5 + Math.random()))
  }
}
