import { once } from 'node:events'
import http from 'node:http'
import { connect } from 'node:net'
import { answerText } from '../../../infra/local/dialogflow/answer-text.ts'
import type { FunctionProcess } from '../../../infra/local/function-process.ts'
import { parseObject } from '../../../infra/local/json-object.ts'
import type { JsonObject } from '../../../shared/runtime/json.ts'

/** What the agent says itself when the webhook gives no answer, for whatever reason. */
export const OWN_RESPONSE = '(the agent’s own response)'

/** What the webhook has the user hear when it could not do as asked. */
export const APOLOGY = 'Sorry, I could not finish that. Please ask me again in a moment.'

export type Heard = {
  /** 0 when the connection ended without an answer. */
  readonly status: number
  readonly hears: string
}

export type Said = {
  readonly intent: 'Opening Hours' | 'Order' | 'Book Appointment'
  readonly text?: string
  /** Equal for a call and its retries. */
  readonly responseId?: string
  readonly token?: string
}

type Request = { readonly headers: readonly (readonly [string, string])[]; readonly body: string }

/** An instance of the webhook in a process of its own, and Dialogflow calling it. */
export class Instance implements AsyncDisposable {
  readonly running: FunctionProcess
  readonly #request: (said: Said) => Request

  constructor(running: FunctionProcess, request: (said: Said) => Request) {
    this.running = running
    this.#request = request
  }

  /** What comes of a call. */
  async say(said: Said): Promise<Heard> {
    const { headers, body } = this.#request(said)
    // A connection of its own, and as long as Dialogflow waits.
    const options = { method: 'POST', headers: headers.flat(), agent: false, signal: AbortSignal.timeout(5000) }
    try {
      const request = http.request(this.running.url, options).end(body)
      const [response]: http.IncomingMessage[] = await once(request, 'response')
      const text = Buffer.concat((await response?.toArray()) ?? []).toString()
      const status = response?.statusCode ?? 0
      return { status, hears: status === 200 ? answerText('es', parseObject(text)) : OWN_RESPONSE }
    } catch {
      return { status: 0, hears: OWN_RESPONSE }
    }
  }

  /** Everything that the instance says to these bytes. The head of a genuine call is before them, but for what says how long its body is. */
  async sayRaw(bytes: string, said: Said): Promise<string> {
    const head = this.#request(said).headers.filter(([name]) => name !== 'Content-Length')
    const socket = connect(Number(this.running.url.port), '127.0.0.1')
    socket.write(`POST / HTTP/1.1\r\n${head.map(field => `${field.join(': ')}\r\n`).join('')}${bytes}`)
    return Buffer.concat(await socket.toArray()).toString()
  }

  /** The call, and what the operator reads of it: the first entry of this message since. */
  async sayAndRead(said: Said, message: string): Promise<Heard & { readonly reads: JsonObject | undefined }> {
    const from = this.running.log.length
    return { ...(await this.say(said)), reads: await this.read(message, from) }
  }

  /** The first entry of this message, as the operator reads it. */
  read(message: string, from = 0): Promise<JsonObject | undefined> {
    return this.running.log.find(from, entry => entry.message === message)
  }

  /** Moves the process's clock to so many ms ahead of the true time. */
  async moveClock(aheadMs: number): Promise<void> {
    const moved = once(this.running.child, 'message')
    this.running.child.send(aheadMs)
    await moved
  }

  signal(name: NodeJS.Signals): void {
    this.running.child.kill(name)
  }

  /** How the process ended, once it has. */
  async exit(): Promise<{ readonly status: number | null; readonly signal: string | null }> {
    await this.running.ended
    const { exitCode: status, signalCode: signal } = this.running.child
    return { status, signal }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.running[Symbol.asyncDispose]()
  }
}
