import type { Clock } from '../runtime/clock.ts'

/**
 * A bounded memory of what has been verified already. An entry is forgotten at its own expiry, and the one unused
 * for longest makes room when the memory is full.
 *
 * Keys are digests, so that no token stays in memory for longer than its call.
 */
export class Remembered<Value> {
  readonly #entries = new Map<string, { readonly value: Value; readonly expiresAt: number }>()
  /**
   * Where the oldest entries are, while new ones displace them: an iterator of a Map goes on with what is added behind it,
   * and a new one would pass all that was deleted. Not kept for longer: every state the Map has been in hangs on it.
   */
  #oldest: MapIterator<string> | undefined
  readonly #limit: number
  readonly #clock: Clock

  constructor(limit: number, clock: Clock) {
    this.#limit = limit
    this.#clock = clock
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#oldest = undefined
    this.#entries.delete(key)
    if (entry.expiresAt <= this.#clock()) return undefined
    this.#entries.set(key, entry)
    return entry.value
  }

  /** @param expiresAt milliseconds since the Unix epoch */
  set(key: string, value: Value, expiresAt: number): void {
    this.#entries.delete(key)
    if (this.#entries.size >= this.#limit) this.#forgetOldest()
    else this.#oldest = undefined
    this.#entries.set(key, { value, expiresAt })
  }

  #forgetOldest(): void {
    this.#oldest ??= this.#entries.keys()
    let oldest = this.#oldest.next()
    if (oldest.done) {
      this.#oldest = this.#entries.keys()
      oldest = this.#oldest.next()
    }
    if (!oldest.done) this.#entries.delete(oldest.value)
  }

  get size(): number {
    return this.#entries.size
  }
}
