export type Level = 'ok' | 'warning' | 'problem'

/** What one check came to. */
export interface Finding {
  /** What was looked at, in a few words. */
  readonly check: string
  readonly level: Level
  /** What was seen: a sentence. */
  readonly seen: string
  /** The setting to change: a sentence. Nothing where all is well. */
  readonly change?: string
}

export const ok = (check: string, seen: string): Finding => ({ check, level: 'ok', seen })
export const warning = (check: string, seen: string, change: string): Finding => ({
  check,
  level: 'warning',
  seen,
  change,
})
export const problem = (check: string, seen: string, change: string): Finding => ({
  check,
  level: 'problem',
  seen,
  change,
})
