import { Connection } from './connection.ts'
import type { Side } from './interleave.ts'
import { Load } from './load.ts'
import { processorTime } from './process-usage.ts'
import { type Command, type ServerProcess, startServer } from './server-process.ts'

/** One server of a comparison of answers a second. */
export class Contender implements Side, AsyncDisposable {
  readonly server: ServerProcess
  readonly load: Load
  readonly samples: number[] = []
  readonly #calls: () => readonly Buffer[]
  readonly #count: number
  readonly #processorTimes: number[] = []

  private constructor(server: ServerProcess, load: Load, calls: () => readonly Buffer[], count: number) {
    this.server = server
    this.load = load
    this.#calls = calls
    this.#count = count
  }

  /**
   * @param calls those of the next round
   * @param count how many are sent in a round; calls that are fewer recur
   */
  static async start(
    command: Command,
    environment: Readonly<Record<string, string>>,
    calls: () => readonly Buffer[],
    count: number,
  ): Promise<Contender> {
    const server = await startServer(command, environment)
    return new Contender(server, new Load(server.port), calls, count)
  }

  /** @returns answers a second */
  readonly measure = async (): Promise<number> => {
    const calls = this.#calls()
    const before = processorTime(this.server.pid)
    const rate = await this.load.closedLoop(calls, this.#count)
    this.#processorTimes.push(((processorTime(this.server.pid) - before) / this.#count) * 1000)
    return rate
  }

  /** Microseconds of processor time that each answer has cost, a sample a round. */
  get processorTimes(): readonly number[] {
    return this.#processorTimes
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
  }
}

/** What a server answers to one call. */
export const answerOf = async ({ port }: ServerProcess, call: Buffer): Promise<string> => {
  const connection = await Connection.open(port)
  try {
    const { status, body } = await connection.send(call)
    if (status !== 200) throw new Error(`the answer is ${status} ${body}`)
    return body
  } finally {
    connection.close()
  }
}
