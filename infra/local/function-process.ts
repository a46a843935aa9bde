import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseObject } from './json-object.ts'
import { listens } from './listen.ts'
import { LogBook } from './log-book.ts'

export interface FunctionOptions {
  /** What functions-framework loads, relative to the project. */
  readonly source: string
  /** `source` is the `server.js` of a deployable, which has the framework in it. */
  readonly deployed?: boolean
  readonly target: string
  readonly port: number
  readonly environment: Readonly<Record<string, string>>
}

/** A function under functions-framework, in a process of its own as it has on Cloud Run. */
export interface FunctionProcess extends AsyncDisposable {
  readonly url: URL
  readonly child: ChildProcess
  /** What it writes to standard output. */
  readonly log: LogBook
  /** Settles when the process has ended, with what it said last. */
  readonly ended: Promise<string>
}

const PROJECT = fileURLToPath(new URL('../../', import.meta.url))
const FRAMEWORK = fileURLToPath(new URL('main.js', import.meta.resolve('@google-cloud/functions-framework')))
/**
 * Ends the process when its channel to this one closes: however this one ends, even by SIGKILL, nothing stays behind. The
 * channel alone does not keep it alive.
 */
const END_WITH_PARENT = "data:text/javascript,process.once('disconnect', () => process.exit()); process.channel.unref()"
/** Node strips and compiles our files when they have changed, not at every start: a third of a second. */
const COMPILE_ONCE = "data:text/javascript,import { enableCompileCache } from 'node:module'; enableCompileCache()"
const START_TIMEOUT_MS = 30_000
const POLL_MS = 20
const STOP_TIMEOUT_MS = 2000

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await Promise.race([exited, delay(STOP_TIMEOUT_MS, undefined, { ref: false })])
  child.kill('SIGKILL')
  await exited
}

const onLine = (stream: Readable | null, take: (line: string) => void): void => {
  if (stream !== null) createInterface({ input: stream }).on('line', take)
}

/**
 * Starts a function and waits until it listens.
 *
 * @throws {Error} with what the process wrote last, when it ends first or takes longer than 30 s
 */
export const startFunction = async ({
  source,
  deployed = false,
  target,
  port,
  environment,
}: FunctionOptions): Promise<FunctionProcess> => {
  const program = deployed ? [source] : [FRAMEWORK, `--source=${source}`, `--target=${target}`]
  const imports = ['--import', COMPILE_ONCE, '--import', END_WITH_PARENT]
  const child = spawn(process.execPath, [...imports, ...program], {
    cwd: PROJECT,
    env: { ...environment, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })

  const log = new LogBook()
  let lastWords = ''
  const remember = (line: string) => {
    lastWords = `${lastWords}${line}\n`.slice(-4000)
  }
  onLine(child.stdout, line => {
    remember(line)
    log.add(parseObject(line))
  })
  onLine(child.stderr, remember)
  // 'close' comes after the last line, 'exit' may come before it.
  const ended = once(child, 'close').then(() => lastWords)

  const deadline = Date.now() + START_TIMEOUT_MS
  // Not by a request, which the function would log.
  while (!(await listens(port))) {
    await Promise.race([ended, delay(POLL_MS)])
    if (child.exitCode === null && child.signalCode === null && Date.now() < deadline) continue
    await stop(child)
    throw new Error(`The function ${target} did not start:\n${await ended}`)
  }
  return { url: new URL(`http://127.0.0.1:${port}/`), child, log, ended, [Symbol.asyncDispose]: () => stop(child) }
}
