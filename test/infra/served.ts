import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort, listens } from '../../infra/local/listen.ts'

const FRAMEWORK = fileURLToPath(new URL('main.js', import.meta.resolve('@google-cloud/functions-framework')))
const POLL_MS = 10

export type ServeOptions = {
  /** A deployable. */
  readonly folder: string
  /** `server.js` by itself, `index.js` under the framework's CLI. */
  readonly entry: 'server.js' | 'index.js'
  readonly target: string
  readonly environment: Readonly<Record<string, string>>
}

/** A deployable's server. */
export type Served = AsyncDisposable & {
  /** All that it says to these bytes until it closes the connection, without the date. */
  readonly answer: (bytes: string) => Promise<string>
}

/** @throws {Error} with what it wrote, when it ends before it listens */
export const serve = async ({ folder, entry, target, environment }: ServeOptions): Promise<Served> => {
  const port = await freePort()
  const file = join(folder, entry)
  const args = entry === 'server.js' ? [file] : [FRAMEWORK, `--source=${file}`, `--target=${target}`]
  const child = spawn(process.execPath, args, {
    env: { ...environment, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const written = text(child.stderr)
  const exited = once(child, 'exit')
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error(await written)
    await Promise.race([exited, delay(POLL_MS)])
  }
  return {
    async answer(bytes) {
      const socket = connect(port, '127.0.0.1')
      socket.write(bytes)
      return (await text(socket)).replace(/^Date: .*\r\n/im, '')
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
