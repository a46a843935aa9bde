import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../../infra/local/listen.ts'
import { Connection } from './connection.ts'
import { type Command, start } from './server-process.ts'

const TIMEOUT_MS = 20_000

/**
 * How long a program takes from its spawn to its first answer, in milliseconds. It is asked for a connection every
 * millisecond.
 *
 * @throws with what it wrote last, when the answer is not 200 or does not come
 */
export const firstAnswer = async (
  command: Command,
  environment: Readonly<Record<string, string>>,
  call: Buffer,
): Promise<number> => {
  const port = await freePort()
  const startedAt = performance.now()
  const { child, lastWords, stop } = start(command, port, environment, false)
  try {
    for (;;) {
      const connection = await Connection.open(port).catch(() => undefined)
      if (connection !== undefined) {
        const { status } = await connection.send(call)
        const time = performance.now() - startedAt
        connection.close()
        if (status === 200) return time
        throw new Error(`the first answer is ${status}:\n${lastWords()}`)
      }
      if (child.exitCode !== null || performance.now() - startedAt > TIMEOUT_MS) {
        throw new Error(`no answer:\n${lastWords()}`)
      }
      await delay(1)
    }
  } finally {
    await stop()
  }
}
