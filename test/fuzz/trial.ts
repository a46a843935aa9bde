import type { FuzzTarget } from './target.ts'

/** A promise that an input has broken. */
export type Violation = {
  readonly message: string
  /** The innermost place in this repository, `shared/dialogflow/fields.ts:41`: while an input is made shorter, it names the defect. */
  readonly at: string
}

const LIMIT_MS = 200

const FRAME = /(?:file:\/\/)?\/[^\s()]*?\/((?:shared|functions|test\/fuzz\/targets)\/[^\s():]+:\d+)/

/** Of this thread alone: another process cannot use it up. */
const milliseconds = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

const violationOf = (error: unknown): Violation => {
  if (!(error instanceof Error)) return { message: `threw a ${typeof error}`, at: '' }
  const frames = (error.stack ?? '').slice((error.stack ?? '').indexOf('\n    at '))
  // Of an assertion's message the first line is ours, and what follows compares values.
  const [message] = error.message.split('\n')
  return { message: `${error.name}: ${message}`, at: FRAME.exec(frames)?.[1] ?? '' }
}

/** Gives one input to a target: what became of it, or the promise that it broke. */
export const tryInput = async (target: FuzzTarget, input: Buffer): Promise<string | Violation> => {
  try {
    for (let tries = 0; ; tries += 1) {
      const before = milliseconds()
      const outcome = await target.check(input)
      const took = milliseconds() - before
      if (took < LIMIT_MS) return outcome
      // A compiler or a collector may have been at work: only what is slow every time is slow.
      if (tries === 2) return { message: `took ${Math.round(took)} ms for ${input.length} bytes`, at: 'time' }
    }
  } catch (error) {
    return violationOf(error)
  }
}
