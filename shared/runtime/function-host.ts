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

/** A function as functions-framework is given it. */
export type HttpFunction = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/**
 * The framework's Express application, in whose place the function is called. Of what the framework does around a function
 * nothing is wanted here: it would inflate and parse up to 1 GB of body before the function is asked whether the call is
 * genuine, answer what its router cannot decode in HTML with a stack, and run every call in a `node:domain`, whose
 * asynchronous hook more than doubles the price of a call.
 */
const isFramework = (listener: unknown): boolean => typeof listener === 'function' && 'handle' in listener

/** RFC 9110 §10.1.1. Node would invite the body at once; here it is when the function begins to read: not before it knows the call to be genuine. */
const inviteWhenRead = (request: IncomingMessage, response: ServerResponse): void => {
  request.once('resume', () => {
    // Too late once the answer has begun: it would throw, here where nobody catches.
    if (!response.headersSent) response.writeContinue()
  })
}

/** The last request on a connection, and its response. */
type Latest = { readonly request: IncomingMessage; readonly response: ServerResponse }

/** Takes the place of what the server calls for each request: hands it to the function if it may be. */
const guard = (server: HttpServer, serve: HttpFunction, latest: WeakMap<Duplex, Latest>, log: Log): void => {
  const served = server.listeners('request').map(listener => (isFramework(listener) ? serve : listener))
  server.removeAllListeners('request')
  server.on('request', (request, response) => {
    latest.set(request.socket, { request, response })
    const problem = requestProblem(request)
    if (problem !== undefined) return refuseRequest(problem, response, log)
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
 * @param serve the function, which answers whatever comes and never rejects
 * @returns what undoes it, for servers that listen later; for tests
 */
export const prepareFunctionHost = (serve: HttpFunction, log: Log): (() => void) => {
  const prepare = (message: unknown): void => {
    const { server } = message as { readonly server: unknown }
    if (!(server instanceof Server)) return
    // Node would refuse a request without Host itself, and say nothing of it.
    Object.assign(server, { maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false })
    server.headersTimeout = HEADERS_TIMEOUT
    server.requestTimeout = REQUEST_TIMEOUT
    const latest = new WeakMap<Duplex, Latest>()
    guard(server, serve, latest, log)
    server.on('clientError', refuseMalformed(latest, log))
  }
  subscribe('tracing:net.server.listen:asyncStart', prepare)
  return () => {
    unsubscribe('tracing:net.server.listen:asyncStart', prepare)
  }
}
