import type { Log, Severity } from '../../../shared/runtime/log.ts'

export type LogEntry = {
  readonly severity: Severity
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** A log that keeps its entries. */
export const recordLog = (): { readonly log: Log; readonly entries: LogEntry[]; readonly said: () => string[] } => {
  const entries: LogEntry[] = []
  const log: Log = (severity, message, fields = {}) => entries.push({ severity, message, fields })
  return { log, entries, said: () => entries.map(({ severity, message }) => `${severity} ${message}`) }
}
