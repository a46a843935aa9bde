import { randomInt } from 'node:crypto'
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

/** Below those that systems hand out themselves, so that nobody who asks for any port gets this one meanwhile. */
const UNASSIGNED = [10_000, 32_000] as const

/** A port that was free a moment ago, for a process that cannot say which one it took. */
export const freePort = async (): Promise<number> => {
  for (;;) {
    const server = createServer()
    try {
      const port = await listen(server, randomInt(...UNASSIGNED))
      await close(server)
      return port
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    }
  }
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
