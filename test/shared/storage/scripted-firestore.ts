import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'

/** What to answer: HTTP's status and a body; `lost`, the connection is closed; `never`. */
export type Reply = { readonly status: number; readonly body: unknown } | 'lost' | 'never'

export type ScriptedFirestore = {
  readonly host: string
  readonly requests: { readonly url: string; readonly body: string }[]
  readonly connections: () => number
  readonly close: () => void
}

/** An HTTP server that gives these answers in turn, again and again: what Firestore says and the emulator never does. */
export const scriptedFirestore = async (...replies: readonly Reply[]): Promise<ScriptedFirestore> => {
  const requests: ScriptedFirestore['requests'] = []
  let connections = 0
  const server = createServer(async (request, response) => {
    requests.push({ url: request.url ?? '', body: await text(request) })
    const reply = replies[(requests.length - 1) % replies.length]
    if (reply === 'lost') request.socket.destroy()
    if (typeof reply !== 'object') return
    response.writeHead(reply.status, { 'content-type': 'application/json' })
    response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body))
  })
  server.on('connection', () => {
    connections += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    host: `127.0.0.1:${port}`,
    requests,
    connections: () => connections,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
