import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort, listens } from '../../infra/local/listen.ts'

/** How a server is started: a program, its arguments, and the folder it runs in. It listens on the port in `PORT`. */
export type Command = {
  readonly program: string
  readonly args: readonly string[]
  readonly folder: string
}

/**
 * A server under test, in a process of its own. Its log goes nowhere, which costs it the writing and nobody the reading; its
 * standard error is kept.
 */
export type ServerProcess = AsyncDisposable & {
  readonly pid: number
  readonly port: number
}

const here = import.meta.dirname
const framework = fileURLToPath(new URL('main.js', import.meta.resolve('@google-cloud/functions-framework')))
/** Ends the process when its channel to this one closes, however this one ends. */
const END_WITH_PARENT = "data:text/javascript,process.once('disconnect', () => process.exit())"
const START_TIMEOUT_MS = 30_000

/** A program of servers/ under the framework's CLI. */
export const underFramework = (file: string, target: string): Command => ({
  program: process.execPath,
  args: [framework, `--source=${join(here, 'servers', file)}`, `--target=${target}`],
  folder: here,
})

/** A command as it was started, and what it has written. */
export type Started = {
  readonly child: ChildProcess
  readonly port: number
  readonly lastWords: () => string
  readonly stop: () => Promise<void>
}

/** Starts a command, and waits for nothing. */
export const start = (
  { program, args, folder }: Command,
  port: number,
  environment: Readonly<Record<string, string>>,
  endWithParent = true,
): Started => {
  const directory = mkdtempSync(join(tmpdir(), 'bench-server-'))
  const path = join(directory, 'stderr')
  const output = openSync(path, 'w')
  const child = spawn(program, endWithParent ? ['--import', END_WITH_PARENT, ...args] : args, {
    cwd: folder,
    env: { ...environment, PORT: String(port) },
    stdio: ['ignore', 'ignore', output, ...(endWithParent ? (['ipc'] as const) : [])],
  })
  closeSync(output)
  const exited = once(child, 'exit')
  return {
    child,
    port,
    lastWords: () => readFileSync(path, 'utf8').slice(-2000),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await exited
      }
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** @throws {Error} with what the process wrote last, when it does not listen in time */
export const startServer = async (
  command: Command,
  environment: Readonly<Record<string, string>>,
): Promise<ServerProcess> => {
  const { child, port, lastWords, stop } = start(command, await freePort(), environment)
  const deadline = performance.now() + START_TIMEOUT_MS
  while (!(await listens(port))) {
    if (child.exitCode === null && child.signalCode === null && performance.now() < deadline) {
      await delay(10)
      continue
    }
    const words = lastWords()
    await stop()
    throw new Error(`${command.args.join(' ')} did not start:\n${words}`)
  }
  return { pid: child.pid ?? 0, port, [Symbol.asyncDispose]: stop }
}
