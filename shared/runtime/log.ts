/**
 * The severities of Cloud Logging that this project uses.
 * https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry#logseverity
 */
export type Severity = 'DEBUG' | 'INFO' | 'NOTICE' | 'WARNING' | 'ERROR' | 'CRITICAL'

/**
 * Writes one structured entry. `fields` never hold a token, a code, a key or the text of a message.
 * An implementation bound to a request adds its trace.
 */
export type Log = (severity: Severity, message: string, fields?: LogFields) => void

/** Anything JSON can say, under names that the entry does not use itself. */
export type LogFields = Readonly<Record<string, unknown>> & {
  readonly severity?: never
  readonly message?: never
  readonly timestamp?: never
}
