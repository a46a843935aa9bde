import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** What a server answered, as far as a benchmark looks at it. */
export type Answer = {
  readonly status: number
  readonly body: string
}

type Waiting = { readonly resolve: (answer: Answer) => void; readonly reject: (error: Error) => void }

/**
 * A kept-alive HTTP/1.1 connection to a port of this machine, one request at a time, each sent as bytes made beforehand:
 * `http.request` would cost more than some of what is measured.
 */
export class Connection {
  readonly #socket: Socket
  #received = ''
  #waiting: Waiting | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    // One byte a character, so that lengths are the bytes' own.
    socket.setEncoding('latin1')
    socket.on('data', text => this.#take(String(text)))
    socket.on('error', error => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('the server has closed the connection')))
  }

  /** @throws when nobody listens */
  static async open(port: number): Promise<Connection> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new Connection(socket)
  }

  send(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      if (this.#socket.writable) this.#socket.write(request)
      else this.#fail(new Error('the connection is closed'))
    })
  }

  close(): void {
    this.#waiting = undefined
    this.#socket.destroy()
  }

  #take(text: string): void {
    this.#received += text
    const headerEnd = this.#received.indexOf('\r\n\r\n')
    if (headerEnd === -1) return
    const length = /\r\ncontent-length: *(\d+)/i.exec(this.#received.slice(0, headerEnd))?.[1]
    if (length === undefined) {
      this.#fail(new Error('an answer without Content-Length'))
      return
    }
    const bodyStart = headerEnd + '\r\n\r\n'.length
    if (this.#received.length < bodyStart + Number(length)) return
    const answer = { status: Number(this.#received.slice(9, 12)), body: this.#received.slice(bodyStart) }
    this.#received = ''
    const waiting = this.#waiting
    this.#waiting = undefined
    waiting?.resolve(answer)
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error)
    this.#waiting = undefined
  }
}

/** A request's bytes. */
export const requestBytes = (headers: readonly (readonly [string, string])[], body: string): Buffer =>
  Buffer.from(`POST / HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`)
