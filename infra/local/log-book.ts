import { EventEmitter, once } from 'node:events'
import type { JsonObject } from '../../shared/runtime/json.ts'

const TIMEOUT_MS = 2000

/** The log entries of one part of the estate, in the order in which they came. */
export class LogBook {
  readonly #entries: JsonObject[] = []
  readonly #added = new EventEmitter()

  get length(): number {
    return this.#entries.length
  }

  add(entry: JsonObject): void {
    this.#entries.push(entry)
    this.#added.emit('entry')
  }

  /** The first entry from position `from` on that is wanted; waits for it up to two seconds. */
  async find(from: number, wanted: (entry: JsonObject) => boolean): Promise<JsonObject | undefined> {
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    for (;;) {
      const entry = this.#entries.slice(from).find(wanted)
      if (entry !== undefined || signal.aborted) return entry
      await once(this.#added, 'entry', { signal }).catch(() => {})
    }
  }
}
