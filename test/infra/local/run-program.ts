import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export const PROJECT = fileURLToPath(new URL('../../../', import.meta.url))

/** How a program ended, and what it wrote. */
export interface Ended {
  readonly status: number | null
  readonly output: string
}

export interface RunOptions {
  readonly input?: string
  /** Sent when `until` has been written. */
  readonly signal?: { readonly name: NodeJS.Signals; readonly until: string }
}

/** Runs one of the project's programs to its end, without a terminal. */
export const runProgram = async (args: readonly string[], { input = '', signal }: RunOptions = {}): Promise<Ended> => {
  const child = spawn(process.execPath, args, { cwd: PROJECT, env: { ...process.env, NO_COLOR: '1' } })
  let output = ''
  let isSignalled = false
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      output += chunk
      if (signal === undefined || isSignalled || !output.includes(signal.until)) return
      isSignalled = child.kill(signal.name)
    })
  }
  if (signal === undefined) child.stdin.end(input)
  const [status]: (number | null)[] = await once(child, 'close')
  return { status: status ?? null, output }
}
