import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { close, listen } from '../listen.ts'

/**
 * What can go wrong at a channel's API:
 * - `refuse`: it says no, in its own way, and nothing was done;
 * - `busy`: 429, and nothing was done;
 * - `down`: 500, and nothing was done;
 * - `reset`: nothing was done, and the connection breaks off;
 * - `lost`: it was done, and the connection breaks off before the answer;
 * - `hang`: it was done, and nobody answers.
 */
export type StandInFault = 'refuse' | 'busy' | 'down' | 'reset' | 'lost' | 'hang'

export interface StandInRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface StandInAnswer {
  readonly status: number
  readonly body: unknown
}

/** A message that has arrived. */
export interface StandInMessage {
  /** The account: a user's id, a number. */
  readonly to: string
  readonly text: string
  readonly link?: string
}

/** A channel's API on loopback, as far as messages are sent through it. */
export interface StandIn extends AsyncDisposable {
  /** Scheme, host and port. */
  readonly origin: string
  /** In the order in which they came. */
  readonly messages: readonly StandInMessage[]
  /** How many requests there were, refused ones too. */
  readonly requests: number
  /** From now on; `undefined` for none. */
  fault: StandInFault | undefined
}

export interface StandInApi {
  /** Does what is asked for. A message that comes of it is handed to `arrive`. */
  readonly answer: (request: StandInRequest, arrive: (message: StandInMessage) => void) => StandInAnswer
  /** How this API says no. */
  readonly refusal: StandInAnswer
  /** Which requests a fault concerns; all of them by default. */
  readonly concerned?: (request: StandInRequest) => boolean
}

export interface StandInOptions {
  /** A free one by default. */
  readonly port?: number
  /** Called with each message that arrives. */
  readonly onMessage?: (message: StandInMessage) => void
}

const read = async (request: IncomingMessage): Promise<StandInRequest> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { method = '', url: path = '', headers } = request
  return { method, path, headers, body: Buffer.concat(chunks).toString('utf8') }
}

export const startStandIn = async (
  { answer, refusal, concerned = () => true }: StandInApi,
  { port, onMessage }: StandInOptions = {},
): Promise<StandIn> => {
  const messages: StandInMessage[] = []
  const arrive = (message: StandInMessage): void => {
    messages.push(message)
    onMessage?.(message)
  }
  let requests = 0
  let fault: StandInFault | undefined

  const respond = (request: StandInRequest): StandInAnswer | 'break off' | 'stay silent' => {
    switch (concerned(request) ? fault : undefined) {
      case undefined:
        return answer(request, arrive)
      case 'refuse':
        return refusal
      case 'busy':
        return { status: 429, body: {} }
      case 'down':
        return { status: 500, body: {} }
      case 'reset':
        return 'break off'
      case 'lost':
        answer(request, arrive)
        return 'break off'
      case 'hang':
        answer(request, arrive)
        return 'stay silent'
    }
  }

  const server = http.createServer(async (request, response) => {
    requests += 1
    const answered = respond(await read(request))
    if (answered === 'stay silent') return
    if (answered === 'break off') {
      response.destroy()
      return
    }
    response.writeHead(answered.status, { 'Content-Type': 'application/json; charset=utf-8' })
    response.end(JSON.stringify(answered.body))
  })
  const taken = await listen(server, port)
  return {
    origin: `http://127.0.0.1:${taken}`,
    messages,
    get requests() {
      return requests
    },
    get fault() {
      return fault
    },
    set fault(next) {
      fault = next
    },
    [Symbol.asyncDispose]: () => close(server),
  }
}
