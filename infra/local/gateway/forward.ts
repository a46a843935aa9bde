import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'
import { ends, type HeaderField, requestHeaders, responseHeaders } from './proxied-headers.ts'

export interface Backend {
  /** Scheme http, host and port. */
  readonly url: URL
  /** Until the whole answer is there. */
  readonly timeoutMs: number
  readonly agent: http.Agent
}

class BackendTimeout extends Error {}

const plain = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=UTF-8' }).end(text)
}

/**
 * Passes one request on to the backend and its answer back, both streamed. 502 when the backend cannot be reached or
 * breaks off, 504 when it takes too long; an answer that has begun is cut off instead.
 */
export const forward = (
  request: IncomingMessage,
  response: ServerResponse,
  { url, timeoutMs, agent }: Backend,
  custom: readonly HeaderField[],
): void => {
  const call = http.request({
    agent,
    hostname: url.hostname,
    port: url.port,
    method: request.method,
    path: request.url,
    headers: requestHeaders(request.rawHeaders, ends(request.socket), custom),
  })
  const deadline = setTimeout(() => call.destroy(new BackendTimeout()), timeoutMs)
  call.on('response', answer => {
    response.writeHead(answer.statusCode ?? 502, answer.statusMessage, responseHeaders(answer.rawHeaders))
    pipeline(answer, response, () => {})
  })
  call.on('error', error => {
    if (response.headersSent) return
    if (error instanceof BackendTimeout) plain(response, 504, 'upstream request timeout')
    else plain(response, 502, 'The server encountered a temporary error and could not complete your request.')
  })
  response.on('close', () => {
    clearTimeout(deadline)
    call.destroy()
    // A client may read its answer only after it has sent everything.
    request.unpipe(call)
    request.resume()
  })
  // Not pipeline(): it would close the client's connection when the backend fails, before there is an answer.
  request.pipe(call)
}
