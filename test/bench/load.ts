import { type Answer, Connection } from './connection.ts'

/** Keeps one server busy, and leaves the generator half idle. */
const CONNECTIONS = 8

/** Ways to send one server many requests, on connections that are opened before the clock starts. */
export class Load {
  readonly #port: number

  constructor(port: number) {
    this.#port = port
  }

  /** Opened each time: a server closes what is idle while another is measured. */
  async #connect() {
    const all = await Promise.all(Array.from({ length: CONNECTIONS }, () => Connection.open(this.#port)))
    return {
      all,
      [Symbol.dispose]() {
        for (const connection of all) connection.close()
      },
    }
  }

  /**
   * Sends `count` of the requests, over and over if there are fewer, each connection the next one as soon as it has an
   * answer.
   *
   * @returns answers a second
   * @throws when an answer has another status
   */
  async closedLoop(requests: readonly Buffer[], count: number, status = 200): Promise<number> {
    using connections = await this.#connect()
    let next = 0
    const startedAt = performance.now()
    await Promise.all(
      connections.all.map(async connection => {
        while (next < count) {
          const request = pick(requests, next)
          next += 1
          expectStatus(await connection.send(request), status)
        }
      }),
    )
    return count / ((performance.now() - startedAt) / 1000)
  }

  /**
   * Sends `count` of the requests at the moments that a rate gives them, whether or not earlier ones are answered. A request
   * that finds all connections taken waits, and its time runs from the moment it should have gone out: a server that stalls
   * does not thereby get fewer requests to be slow at (coordinated omission).
   *
   * @param rate requests a second
   * @returns the milliseconds that each took
   */
  async openLoop(requests: readonly Buffer[], count: number, rate: number): Promise<readonly number[]> {
    using connections = await this.#connect()
    const times: number[] = []
    const idle = [...connections.all]
    const late: number[] = []
    const startedAt = performance.now()
    const done = Promise.withResolvers<void>()

    const send = async (connection: Connection, index: number): Promise<void> => {
      expectStatus(await connection.send(pick(requests, index)), 200)
      times.push(performance.now() - startedAt - dueAt(index, rate))
      const waiting = late.shift()
      if (waiting === undefined) idle.push(connection)
      else await send(connection, waiting)
      if (times.length === count) done.resolve()
    }

    let next = 0
    // A timer is a millisecond too coarse.
    const tick = (): void => {
      const now = performance.now() - startedAt
      while (next < count && dueAt(next, rate) <= now) {
        const connection = idle.pop()
        if (connection === undefined) late.push(next)
        else send(connection, next).catch(done.reject)
        next += 1
      }
      if (next < count) setImmediate(tick)
    }
    tick()
    await done.promise
    return times
  }
}

const dueAt = (index: number, rate: number): number => (index / rate) * 1000

const pick = (requests: readonly Buffer[], index: number): Buffer => {
  const request = requests[index % requests.length]
  if (request === undefined) throw new RangeError('no requests')
  return request
}

const expectStatus = ({ status, body }: Answer, expected: number): void => {
  if (status !== expected) throw new Error(`expected ${expected}, but the answer is ${status} ${body.slice(0, 200)}`)
}
