import { once } from 'node:events'
import http, { type RequestListener } from 'node:http'

/** What a backend got: the header as it was on the wire, and the body. */
export interface Recorded {
  readonly method: string
  readonly path: string
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  /** The port at the gateway's end: the same for two requests on one connection. */
  readonly remotePort: number | undefined
}

export interface RecordingBackend extends AsyncDisposable {
  readonly url: URL
  readonly requests: Recorded[]
}

/** The values of a header field, whatever the case of its name. */
export const valuesOf = ({ rawHeaders }: Recorded, wanted: string): readonly string[] =>
  rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === wanted.toLowerCase())

/** A plain HTTP server that keeps what it gets and answers `ok`, unless `respond` answers otherwise. */
export const startBackend = async (respond?: RequestListener): Promise<RecordingBackend> => {
  const requests: Recorded[] = []
  const server = http.createServer({ maxHeaderSize: 256 * 1024 }, async (request, response) => {
    if (respond !== undefined) return respond(request, response)
    const { method = '', url = '', rawHeaders, socket } = request
    const body = Buffer.concat(await request.toArray())
    requests.push({ method, path: url, rawHeaders, body, remotePort: socket.remotePort })
    return response.end('ok')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('not a TCP server')
  return {
    url: new URL(`http://127.0.0.1:${address.port}`),
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
