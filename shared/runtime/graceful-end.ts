import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import { describeError } from './describe-error.ts'
import type { Log } from './log.ts'

const { Server } = process.getBuiltinModule('node:http')
type HttpServer = InstanceType<typeof Server>

/** Cloud Run follows SIGTERM with SIGKILL after 10 s. https://cloud.google.com/run/docs/container-contract#instance-shutdown */
const LIMIT_MS = 9000
const SIGNALS = ['SIGTERM', 'SIGINT'] as const
const UNCAUGHT = ['uncaughtException', 'unhandledRejection'] as const

/**
 * Lets calls in flight finish when the instance is told to end. functions-framework would answer the last of them with
 * 500 and exit.
 *
 * At the first signal nothing new is accepted, and connections are closed as they fall idle. Then the process ends by
 * itself when nothing is left to do, with status 0: a handler that works on for a retry finishes too, and SQLite's file is
 * closed. After nine seconds, or at a second signal, it ends at once.
 *
 * What nobody catches ends the instance in the same way, with status 1: nobody knows what state it is in, but the calls
 * that it has are answered. The framework would exit at once.
 *
 * The server is met as in `function-host.ts`: call this at module level.
 *
 * @returns what undoes it, for servers that listen later; for tests
 */
export const endGracefully = (log: Log): (() => void) => {
  const prepare = (message: unknown): void => {
    const { server } = message as { readonly server: unknown }
    if (!(server instanceof Server)) return
    const end = ending(server, log)
    server.once('listening', () => {
      // After all who wait for the same event: the framework is one, and exits on these signals.
      process.nextTick(() => {
        for (const signal of SIGNALS) {
          process.removeAllListeners(signal).on(signal, () => {
            if (end.hasBegun()) end.now()
            else end.begin(signal)
          })
        }
        for (const event of UNCAUGHT) {
          process.removeAllListeners(event).on(event, (error: unknown) => {
            log('CRITICAL', 'nobody has caught this', { error: describeError(error) })
            process.exitCode = 1
            if (!end.hasBegun()) end.begin(event)
          })
        }
      })
    })
  }
  subscribe('tracing:net.server.listen:asyncStart', prepare)
  return () => {
    unsubscribe('tracing:net.server.listen:asyncStart', prepare)
  }
}

type Ending = {
  readonly hasBegun: () => boolean
  readonly begin: (reason: string) => void
  /** Whoever still waits is told to come again. */
  readonly now: () => void
}

/** Watches a server's calls, to end them. */
const ending = (server: HttpServer, log: Log): Ending => {
  const calls = new Set<ServerResponse>()
  let hasBegun = false

  const endConnection = (response: ServerResponse): void => {
    if (!response.headersSent) response.setHeader('Connection', 'close')
  }
  // Also those on which a request is only expected, or has come in part: Node does not call them idle.
  const closeIfIdle = (): void => {
    if (calls.size === 0) server.closeAllConnections()
  }
  server.prependListener('request', (_, response) => {
    calls.add(response)
    if (hasBegun) endConnection(response)
    response.once('close', () => {
      calls.delete(response)
      if (hasBegun) setImmediate(closeIfIdle)
    })
  })
  const now = (): void => {
    for (const response of calls) {
      if (!response.headersSent) response.writeHead(503, { 'Content-Length': '0' }).end()
    }
    // What was written just now is handed to the system first.
    setImmediate(() => process.exit())
  }

  return {
    hasBegun: () => hasBegun,
    now,
    begin: reason => {
      hasBegun = true
      server.close()
      log('INFO', 'ending', { reason, calls: calls.size })
      for (const response of calls) endConnection(response)
      closeIfIdle()
      setTimeout(() => {
        log('WARNING', 'ended before everything was done', { calls: calls.size })
        now()
      }, LIMIT_MS).unref()
    },
  }
}
