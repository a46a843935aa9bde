import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Log } from './log.ts'

/** An ES import of node:http reads each of its exports, and one of them loads all of undici: 40 ms of a cold start. */
const { Server } = process.getBuiltinModule('node:http')

/** Leaf and chain alone may fill 16 KB, which is all that Node allows for every header together. */
const MAX_HEADER_BYTES = 64 * 1024
const HEADERS_TIMEOUT = 10_000
const REQUEST_TIMEOUT = 30_000

/**
 * Hides from the framework that a request has a body. It would otherwise inflate and parse up to 1 GB of it before
 * the function is asked whether the call is genuine, and answer a parse error with the text of the error.
 * The function reads the body itself, once the call is verified, and within limits: see `read-body.ts`.
 *
 * `request.rawHeaders` still has everything. And what the framework's router cannot decode, a path such as `/%ff`, it
 * would answer itself, in HTML, with a stack: the function gets it as `/`.
 */
const prepareRequest = (message: unknown): void => {
  const { request } = message as { readonly request: IncomingMessage }
  if (!isDecodable(request.url)) request.url = '/'
  delete request.headers['content-length']
  delete request.headers['transfer-encoding']
}

const isDecodable = (url = '*'): boolean => {
  try {
    return url !== '*' && decodeURIComponent(url) !== ''
  } catch {
    return false
  }
}

const MALFORMED_BODY = JSON.stringify({
  error: { code: 400, status: 'INVALID_ARGUMENT', message: 'The request is not well-formed.' },
})
const MALFORMED = [
  'HTTP/1.1 400 Bad Request',
  'Content-Type: application/json; charset=utf-8',
  `Content-Length: ${MALFORMED_BODY.length}`,
  'Connection: close',
  '',
  MALFORMED_BODY,
].join('\r\n')

/** What cannot even be parsed as HTTP never reaches the function; it is answered and logged here. */
const refuseMalformed = (log: Log) => (error: Error & { readonly code?: string }, socket: Duplex) => {
  if (error.code === 'ECONNRESET' || !socket.writable) return
  log('WARNING', 'call refused', {
    status: 400,
    code: 'request_malformed',
    evidence: { reason: error.code ?? 'unknown' },
  })
  socket.end(MALFORMED)
}

/**
 * Prepares the server that functions-framework is about to make. The framework hands it to nobody, so it is met
 * where Node announces it (`node:diagnostics_channel`). Call this before the framework listens: at module level.
 *
 * @returns what undoes it, for tests
 */
export const prepareFunctionHost = (log: Log): (() => void) => {
  const prepare = (message: unknown): void => {
    const { server } = message as { readonly server: unknown }
    if (!(server instanceof Server)) return
    Object.assign(server, { maxHeaderSize: MAX_HEADER_BYTES })
    server.headersTimeout = HEADERS_TIMEOUT
    server.requestTimeout = REQUEST_TIMEOUT
    server.on('clientError', refuseMalformed(log))
  }
  subscribe('http.server.request.start', prepareRequest)
  subscribe('tracing:net.server.listen:asyncStart', prepare)
  return () => {
    unsubscribe('http.server.request.start', prepareRequest)
    unsubscribe('tracing:net.server.listen:asyncStart', prepare)
  }
}
