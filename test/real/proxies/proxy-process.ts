import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'

export interface ProxyProcess {
  readonly program: string
  readonly args: readonly string[]
  /** Where it will listen, on 127.0.0.1. */
  readonly port: number
  /** Gets each line that the proxy writes, to standard output or standard error. */
  readonly onLine: (line: string) => void
}

const START_TIMEOUT_MS = 20_000
const POLL_MS = 20

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

/**
 * Starts a proxy in the foreground and waits until it listens. Its end is not an orderly one: it keeps nothing.
 *
 * @throws {Error} with what it wrote last, when it ends first or takes longer than 20 s
 */
export const startProxy = async ({ program, args, port, onLine }: ProxyProcess): Promise<AsyncDisposable> => {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const closed = once(child, 'close')
  closed.catch(() => {})
  const stop = async () => {
    process.off('exit', kill)
    kill()
    await closed
  }

  const lastLines: string[] = []
  for (const input of [child.stdout, child.stderr]) {
    createInterface({ input }).on('line', line => {
      lastLines.splice(0, lastLines.length - 20)
      lastLines.push(line)
      onLine(line)
    })
  }
  const deadline = Date.now() + START_TIMEOUT_MS
  while (!(await listens(port))) {
    await Promise.race([closed, delay(POLL_MS)])
    if (child.exitCode === null && Date.now() < deadline) continue
    await stop()
    throw new Error(`${program} did not start:\n${lastLines.join('\n')}`)
  }
  return { [Symbol.asyncDispose]: stop }
}
