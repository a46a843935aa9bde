import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'

/**
 * Has a server listen on the loopback interface.
 *
 * @param port 0 for a free one
 * @returns the port
 */
export const listen = async (server: Server, port = 0): Promise<number> => {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('not a TCP server')
  return address.port
}

/** Stops a server; its open connections are cut, not waited for. */
export const close = async (server: Server & { closeAllConnections?(): void }): Promise<void> => {
  server.closeAllConnections?.()
  server.close()
  await once(server, 'close')
}

/** A port that was free a moment ago, for a process that cannot say which one it took. */
export const freePort = async (): Promise<number> => {
  const server = createServer()
  const port = await listen(server)
  await close(server)
  return port
}

/** Whether somebody listens on a port of the loopback interface. */
export const listens = async (port: number): Promise<boolean> => {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
