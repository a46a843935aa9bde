import { once } from 'node:events'
import net from 'node:net'
import { Duplex } from 'node:stream'
import tls from 'node:tls'
import { type HandshakeMessage, handshakeMessages, READABLE_SUITES } from './handshake-messages.ts'

/** Where to look. */
export interface Target {
  readonly host: string
  readonly port: number
  /** For each step: a name looked up, a connection, an answer. */
  readonly timeoutMs: number
}

/** What a server answered to a ClientHello without a client certificate. */
export interface Flight {
  readonly isTls13: boolean
  /** Empty when the server did not answer with TLS. */
  readonly messages: readonly HandshakeMessage[]
  /** Why the handshake did not come to its end. Its messages are there all the same. */
  readonly error: string | undefined
}

const MAX_FLIGHT = 256 * 1024

/** A stream over `socket` that shows what comes in to `onData`. */
const tapped = (socket: net.Socket, onData: (chunk: Buffer) => void): Duplex => {
  const stream = new Duplex({
    read: () => {},
    write: (chunk, _, done) => void socket.write(chunk, done),
    final: done => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy()
      done(error)
    },
  })
  socket.on('data', (chunk: Buffer) => {
    onData(chunk)
    stream.push(chunk)
  })
  socket.on('end', () => stream.push(null))
  socket.on('error', error => stream.destroy(error))
  return stream
}

/** An error's code where it has one: `ECONNRESET`, `ERR_SSL_…`. */
export const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  // `once` wraps the reason of a signal.
  const cause = error.name === 'AbortError' && error.cause instanceof Error ? error.cause : error
  if (cause.name === 'TimeoutError') return 'ETIMEDOUT'
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message
}

/**
 * Connects, shakes hands without a client certificate, and hangs up.
 *
 * @param versions the TLS versions to offer; those of Node by default
 * @throws when there is no connection
 */
export const receiveFlight = async (target: Target, versions: tls.SecureContextOptions = {}): Promise<Flight> => {
  const { host, port, timeoutMs } = target
  const socket = net.connect({ host, port })
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(timeoutMs) })
    const received: Buffer[] = []
    let size = 0
    let secret: Buffer | undefined
    const stream = tapped(socket, chunk => {
      size += chunk.length
      if (size > MAX_FLIGHT) socket.destroy(new Error('an endless handshake'))
      else received.push(chunk)
    })
    const client = tls.connect({
      socket: stream,
      ...(net.isIP(host) === 0 ? { servername: host } : {}),
      // What is wrong with the server's certificate is a finding, not an error.
      rejectUnauthorized: false,
      ciphers: `${READABLE_SUITES}:DEFAULT@SECLEVEL=0`,
      ...versions,
    })
    client.on('keylog', (line: Buffer) => {
      const [label, , value = ''] = line.toString().trim().split(' ')
      if (label === 'SERVER_HANDSHAKE_TRAFFIC_SECRET') secret = Buffer.from(value, 'hex')
    })
    let error: string | undefined
    try {
      await once(client, 'secureConnect', { signal: AbortSignal.timeout(timeoutMs) })
    } catch (thrown) {
      error = reasonOf(thrown)
    } finally {
      client.on('error', () => {})
      client.destroy()
    }
    return { isTls13: secret !== undefined, messages: handshakeMessages(Buffer.concat(received), secret), error }
  } finally {
    socket.on('error', () => {})
    socket.destroy()
  }
}
