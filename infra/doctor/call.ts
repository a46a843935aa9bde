import { once } from 'node:events'
import https from 'node:https'
import type { TLSSocket } from 'node:tls'
import { type ErrorStatus, errorResponse } from '../../shared/runtime/error-response.ts'
import { reasonOf } from './flight.ts'
import type { Identity } from './self-signed-certificate.ts'

/** One request, made on a connection of its own. */
export interface Call {
  readonly url: URL
  readonly method?: 'POST' | 'GET'
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** Presented when asked for. */
  readonly identity?: Identity | undefined
  readonly timeoutMs: number
}

/** What came of it. */
export type Answer =
  /** `byFunction`: it is this project's webhook that answered. */
  | { readonly outcome: 'answered'; readonly status: number; readonly location: string; readonly byFunction: boolean }
  /** The connection was closed, by the code of the error. */
  | { readonly outcome: 'closed'; readonly reason: string; readonly isConnected: boolean }
  | { readonly outcome: 'silent' }

/** No WebhookRequest, so that nothing happens even where everybody is believed. */
const BODY = '{}'
const MAX_BODY = 4096

const readSome = async (response: AsyncIterable<Buffer>): Promise<string> => {
  let text = ''
  for await (const chunk of response) {
    text += chunk.toString()
    if (text.length > MAX_BODY) break
  }
  return text
}

const errorStatuses: readonly number[] = [400, 401, 403, 405, 413, 415, 500, 503] satisfies ErrorStatus[]

const isErrorStatus = (status: number): status is ErrorStatus => errorStatuses.includes(status)

export const call = async ({ url, method = 'POST', headers = [], identity, timeoutMs }: Call): Promise<Answer> => {
  let isConnected = false
  try {
    const own =
      method === 'GET'
        ? []
        : [
            ['Content-Type', 'application/json'],
            ['Content-Length', String(BODY.length)],
          ]
    const request = https.request(url, {
      method,
      headers: [['Host', url.host], ['User-Agent', 'trusted-fulfillment-doctor'], ...own, ...headers].flat(),
      agent: false,
      // What is wrong with the server's certificate has been found out before, and nothing secret is sent.
      rejectUnauthorized: false,
      signal: AbortSignal.timeout(timeoutMs),
      ...identity,
    })
    request.on('socket', (socket: TLSSocket) => {
      socket.on('secureConnect', () => {
        isConnected = true
      })
    })
    request.end(method === 'GET' ? undefined : BODY)
    const [response] = await once(request, 'response')
    const body = await readSome(response)
    const status: number = response.statusCode
    const byFunction = isErrorStatus(status) && body === errorResponse(status)
    return { outcome: 'answered', status, location: response.headers.location ?? '', byFunction }
  } catch (error) {
    const reason = reasonOf(error)
    return reason === 'ETIMEDOUT' ? { outcome: 'silent' } : { outcome: 'closed', reason, isConnected }
  }
}
