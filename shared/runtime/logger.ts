import pino from 'pino'
import type { Log } from './log.ts'

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
      messageKey: 'message',
      timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
      formatters: { level: () => ({}) },
    },
    sink,
  )
  // Cloud Logging's severities are not pino's levels, so the entry carries its severity as a field of its own.
  return (severity, message, fields) => logger.info({ severity, ...fields }, message)
}
