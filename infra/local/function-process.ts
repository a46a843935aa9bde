import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseObject } from './json-object.ts'
import { LogBook } from './log-book.ts'

export interface FunctionOptions {
  /** What functions-framework loads, relative to the project. */
  readonly source: string
  readonly target: string
  readonly port: number
  readonly environment: Readonly<Record<string, string>>
}

/** A function under functions-framework, in a process of its own as it has on Cloud Run. */
export interface FunctionProcess extends AsyncDisposable {
  readonly url: URL
  /** What it writes to standard output. */
  readonly log: LogBook
  /** Settles when the process has ended, with what it said last. */
  readonly ended: Promise<string>
}

const PROJECT = fileURLToPath(new URL('../../', import.meta.url))
const FRAMEWORK = fileURLToPath(new URL('main.js', import.meta.resolve('@google-cloud/functions-framework')))
const START_TIMEOUT_MS = 15_000
const POLL_MS = 20
const STOP_TIMEOUT_MS = 2000

/** Whether somebody listens. No request is made: the function would log it. */
const listens = async (port: number): Promise<boolean> => {
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

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await Promise.race([exited, delay(STOP_TIMEOUT_MS, undefined, { ref: false })])
  child.kill('SIGKILL')
  await exited
}

/**
 * Starts a function and waits until it listens.
 *
 * @throws {Error} with what the process wrote last, when it ends first or takes longer than 15 s
 */
export const startFunction = async ({
  source,
  target,
  port,
  environment,
}: FunctionOptions): Promise<FunctionProcess> => {
  const child = spawn(process.execPath, [FRAMEWORK, `--source=${source}`, `--target=${target}`, `--port=${port}`], {
    cwd: PROJECT,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)

  const log = new LogBook()
  let lastWords = ''
  const remember = (line: string) => {
    lastWords = `${lastWords}${line}\n`.slice(-4000)
  }
  createInterface({ input: child.stdout }).on('line', line => {
    remember(line)
    log.add(parseObject(line))
  })
  createInterface({ input: child.stderr }).on('line', remember)
  // 'close' comes after the last line, 'exit' may come before it.
  const ended = once(child, 'close').then(() => lastWords)

  const give = async () => {
    process.off('exit', kill)
    await stop(child)
  }
  const deadline = Date.now() + START_TIMEOUT_MS
  while (!(await listens(port))) {
    await Promise.race([ended, delay(POLL_MS)])
    if (child.exitCode === null && child.signalCode === null && Date.now() < deadline) continue
    await give()
    throw new Error(`The function ${target} did not start:\n${await ended}`)
  }
  return { url: new URL(`http://127.0.0.1:${port}/`), log, ended, [Symbol.asyncDispose]: give }
}
