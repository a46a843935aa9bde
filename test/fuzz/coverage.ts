import { type Profiler, Session } from 'node:inspector'

/** What V8 tells of each character of a source: its block ran, or it did not although its function did. */
const RAN = 1
const SKIPPED = 2

/** What some executions have reached: by the source's URL, a mark for each character. */
export type Reached = ReadonlyMap<string, Uint8Array>

/**
 * Which blocks of the source run, by V8's own counters. Begin it before what is to be looked at is imported: functions
 * that are compiled already have no counters in them.
 */
export class Coverage implements Disposable {
  readonly #session = new Session()
  readonly #isOurs: (url: string) => boolean
  readonly #marks = new Map<string, Uint8Array>()
  /** Where blocks begin, as far as V8 has had a reason to tell them apart. */
  readonly #beginnings = new Map<string, Set<number>>()

  /** @param isOurs which sources count */
  constructor(isOurs: (url: string) => boolean) {
    this.#isOurs = isOurs
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** What has run since the last time. Takes about a millisecond. */
  take(): Reached {
    const reached = new Map<string, Uint8Array>()
    // The session is of this very thread: it calls back before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error !== null) throw error
      for (const script of result) if (this.#isOurs(script.url)) reached.set(script.url, this.#marksOf(script))
    })
    return reached
  }

  #marksOf({ url, functions }: Profiler.ScriptCoverage): Uint8Array {
    const beginnings = this.#beginnings.get(url) ?? new Set()
    this.#beginnings.set(url, beginnings)
    const marks = new Uint8Array(
      Math.max(0, ...functions.flatMap(({ ranges }) => ranges.map(range => range.endOffset))),
    )
    // Outer before inner, functions and ranges alike: the last one painted is the innermost.
    for (const { ranges } of functions) {
      const ran = (ranges[0]?.count ?? 0) > 0
      for (const { startOffset, endOffset, count } of ranges) {
        marks.fill(ran ? (count > 0 ? RAN : SKIPPED) : 0, startOffset, endOffset)
        beginnings.add(startOffset)
      }
    }
    return marks
  }

  /** Whether something of it was never reached before. */
  isNew(reached: Reached): boolean {
    for (const [url, marks] of reached) {
      const before = this.#marks.get(url)
      if (before === undefined || marks.length > before.length) return true
      // Thousands of characters for every input: no function is called for each.
      for (let at = 0; at < marks.length; at += 1) if (((marks[at] ?? 0) & ~(before[at] ?? 0)) !== 0) return true
    }
    return false
  }

  add(reached: Reached): void {
    for (const [url, marks] of reached) {
      const before = this.#marks.get(url) ?? new Uint8Array()
      const all = new Uint8Array(Math.max(before.length, marks.length))
      all.set(before)
      for (let at = 0; at < marks.length; at += 1) all[at] = (all[at] ?? 0) | (marks[at] ?? 0)
      this.#marks.set(url, all)
    }
  }

  /** Begins anew: everything is new again. */
  forget(): void {
    this.take()
    this.#marks.clear()
    this.#beginnings.clear()
  }

  /** Blocks that have run, of those in functions that have. */
  get blocks(): { readonly reached: number; readonly known: number } {
    let [reached, known] = [0, 0]
    for (const [url, beginnings] of this.#beginnings) {
      const marks = this.#marks.get(url)
      for (const at of beginnings) {
        const mark = marks?.[at] ?? 0
        if (mark !== 0) known += 1
        if ((mark & RAN) !== 0) reached += 1
      }
    }
    return { reached, known }
  }

  [Symbol.dispose](): void {
    this.#session.disconnect()
  }
}
