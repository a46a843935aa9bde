import pino from 'pino'
import type { Log, Severity } from './log.ts'

/** Cloud Logging's severities as levels. pino wants its levels' names in lower case. */
const levels = { debug: 100, info: 200, notice: 300, warning: 400, error: 500, critical: 600 }

const levelOf = {
  DEBUG: 'debug',
  INFO: 'info',
  NOTICE: 'notice',
  WARNING: 'warning',
  ERROR: 'error',
  CRITICAL: 'critical',
} as const satisfies Record<Severity, keyof typeof levels>

/** Writes one line of text. */
export type Sink = { write(line: string): void }

/**
 * Entries in the shape that Cloud Logging reads from standard output: one JSON object a line, with `severity`,
 * `message` and `timestamp`. https://cloud.google.com/logging/docs/structured-logging
 */
export const createLog = (sink: Sink = pino.destination({ fd: 1, sync: true })): Log => {
  const logger = pino(
    {
      base: null,
      customLevels: levels,
      useOnlyCustomLevels: true,
      level: 'debug',
      messageKey: 'message',
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: name => ({ severity: name.toUpperCase() }) },
    },
    sink,
  )
  return (severity, message, fields) => logger[levelOf[severity]]({ ...fields }, message)
}
