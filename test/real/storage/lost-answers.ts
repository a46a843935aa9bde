import { once } from 'node:events'
import { createServer, request } from 'node:http'

export type LostAnswers = { readonly host: string; readonly close: () => void }

/**
 * A way to a server on which the answer to the first commit is lost, after the server has made it.
 *
 * @param meanwhile happens after that, before the client notices
 */
export const losingFirstCommit = async (upstream: string, meanwhile = async () => {}): Promise<LostAnswers> => {
  let lost = false
  const server = createServer((incoming, outgoing) => {
    const { method, headers, url = '' } = incoming
    const forwarded = request(`http://${upstream}${url}`, { ...(method && { method }), headers }, answer => {
      if (url.includes(':commit') && !lost) {
        lost = true
        answer.resume().once('end', () => meanwhile().finally(() => incoming.socket.destroy()))
        return
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(forwarded)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { host: `127.0.0.1:${port}`, close: () => server.close() }
}
