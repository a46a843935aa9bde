import http, { type RequestListener } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { close, listen } from '../../../infra/local/listen.ts'

/** How a server that is not itself answers. */
export const faults = {
  'breaks off': request => request.socket.destroy(),
  'never answers': () => {},
  'answers a byte at a time': async (_, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json' })
    while (!response.destroyed) {
      response.write(' ')
      await delay(50, undefined, { ref: false })
    }
  },
  'answers 500': (_, response) => response.writeHead(500).end('{"keys":[]}'),
  'answers garbage': (_, response) => response.writeHead(200).end('<html>Scheduled maintenance</html>'),
  'answers a megabyte': (_, response) => response.writeHead(200).end(`{"keys":[],"x":"${'y'.repeat(1_000_000)}"}`),
  'redirects elsewhere': (_, response) => response.writeHead(302, { Location: 'http://127.0.0.1:9/' }).end(),
  'has no keys': (_, response) => response.writeHead(200).end('{"keys":[]}'),
} as const satisfies Readonly<Record<string, RequestListener>>

/** A server that answers as it should until it is told otherwise, and counts. */
export class FaultyServer implements AsyncDisposable {
  asked = 0
  readonly url: URL
  readonly #server: http.Server
  #behave: RequestListener | undefined

  private constructor(server: http.Server, port: number) {
    this.#server = server
    this.url = new URL(`http://127.0.0.1:${port}/`)
  }

  /** @param works what it does when nothing is wrong */
  static async start(works: RequestListener): Promise<FaultyServer> {
    const server = http.createServer()
    const faulty = new FaultyServer(server, await listen(server))
    server.on('request', (request, response) => {
      faulty.asked += 1
      const behave = faulty.#behave ?? works
      behave(request, response)
    })
    return faulty
  }

  fail(behave: RequestListener): void {
    this.#behave = behave
  }

  recover(): void {
    this.#behave = undefined
  }

  [Symbol.asyncDispose](): Promise<void> {
    return close(this.#server)
  }
}
