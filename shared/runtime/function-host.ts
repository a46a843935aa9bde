import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Log } from './log.ts'
import {
  logRefused,
  MALFORMED,
  malformedResponse,
  refuseRequest,
  requestProblem,
  unmetExpectation,
} from './refuse-request.ts'

/** An ES import of node:http reads each of its exports, and one of them loads all of undici: 40 ms of a cold start. */
const { Server } = process.getBuiltinModule('node:http')
type HttpServer = InstanceType<typeof Server>

/** Leaf and chain alone may fill 16 KB, which is all that Node allows for every header together. */
const MAX_HEADER_BYTES = 64 * 1024
const HEADERS_TIMEOUT = 10_000
const REQUEST_TIMEOUT = 30_000
const LINGER_MS = 500

/**
 * Hides from the framework that a request has a body. It would otherwise inflate and parse up to 1 GB of it before
 * the function is asked whether the call is genuine, and answer a parse error with the text of the error.
 * The function reads the body itself, once the call is verified, and within limits: see `read-body.ts`.
 *
 * `request.rawHeaders` still has everything. And what the framework's router cannot decode, a path such as `/%ff`, it
 * would answer itself, in HTML, with a stack: the function gets it as `/`.
 */
const hideBody = (request: IncomingMessage): void => {
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

/** RFC 9110 §10.1.1. Node would invite the body at once; here it is when the function begins to read: not before it knows the call to be genuine. */
const inviteWhenRead = (request: IncomingMessage, response: ServerResponse): void => {
  request.once('resume', () => {
    // Too late once the answer has begun: it would throw, here where nobody catches.
    if (!response.headersSent) response.writeContinue()
  })
}

/** The last request on a connection, and its response. */
type Latest = { readonly request: IncomingMessage; readonly response: ServerResponse }

/** Takes the place of what the server calls for each request: hands it on if it may be. */
const guard = (server: HttpServer, latest: WeakMap<Duplex, Latest>, log: Log): void => {
  const served = server.listeners('request')
  server.removeAllListeners('request')
  server.on('request', (request, response) => {
    latest.set(request.socket, { request, response })
    const problem = requestProblem(request)
    if (problem !== undefined) return refuseRequest(problem, response, log)
    hideBody(request)
    for (const serve of served) Reflect.apply(serve, server, [request, response])
  })
  server.on('checkContinue', (request, response) => {
    inviteWhenRead(request, response)
    server.emit('request', request, response)
  })
  server.on('checkExpectation', (request, response) => {
    latest.set(request.socket, { request, response })
    refuseRequest(unmetExpectation, response, log)
  })
  server.on('connect', (_, socket) => {
    logRefused({ ...MALFORMED, reason: 'CONNECT' }, log)
    endConnection(socket, malformedResponse)
  })
}

/**
 * What cannot be parsed as HTTP. A body that breaks off in the middle is left to the function to log, which knows whose
 * it is; and nothing is written into another answer.
 */
const refuseMalformed =
  (latest: WeakMap<Duplex, Latest>, log: Log) =>
  (error: Error & { readonly code?: string }, socket: Duplex): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) return
    const { request, response } = latest.get(socket) ?? {}
    const isBody = request?.complete === false
    if (!isBody) logRefused({ ...MALFORMED, reason: error.code ?? 'unknown' }, log)
    const isFree = response === undefined || (isBody ? !response.headersSent : response.writableFinished)
    endConnection(socket, isFree ? malformedResponse : '')
  }

/** Not destroyed at once, which could take the answer along; nor left to a client that never closes its side. */
const endConnection = (socket: Duplex, answer: string): void => {
  socket.end(answer)
  setTimeout(() => socket.destroy(), LINGER_MS).unref()
}

/**
 * Prepares the server that functions-framework is about to make. The framework hands it to nobody, so it is met
 * where Node announces it (`node:diagnostics_channel`). Call this before the framework listens: at module level.
 *
 * @returns what undoes it, for servers that listen later; for tests
 */
export const prepareFunctionHost = (log: Log): (() => void) => {
  const prepare = (message: unknown): void => {
    const { server } = message as { readonly server: unknown }
    if (!(server instanceof Server)) return
    // Node would refuse a request without Host itself, and say nothing of it.
    Object.assign(server, { maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false })
    server.headersTimeout = HEADERS_TIMEOUT
    server.requestTimeout = REQUEST_TIMEOUT
    const latest = new WeakMap<Duplex, Latest>()
    guard(server, latest, log)
    server.on('clientError', refuseMalformed(latest, log))
  }
  subscribe('tracing:net.server.listen:asyncStart', prepare)
  return () => {
    unsubscribe('tracing:net.server.listen:asyncStart', prepare)
  }
}
