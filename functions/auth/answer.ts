import type { ServerResponse } from 'node:http'
import { SECURITY_HEADERS } from './security-headers.ts'

/** What a request is answered with. */
export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The request has a body that was not read: the connection cannot be used again. */
  readonly close?: boolean
}

/** RFC 9110 §15.4.4: whatever was posted, go on with GET. */
export const seeOther = (location: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status: 303,
  headers: { Location: location, ...headers },
  body: '',
})

export const send = (response: ServerResponse, { status, headers, body, close = false }: Answer): void => {
  response
    .writeHead(status, {
      ...SECURITY_HEADERS,
      ...headers,
      'Content-Length': Buffer.byteLength(body),
      ...(close && { Connection: 'close' }),
    })
    // Node leaves the body out where the request was HEAD.
    .end(body)
}
