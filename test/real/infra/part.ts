import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, test } from 'vitest'

/** A program that these tests need and a machine may lack. */
export type Part = {
  readonly name: string
  readonly found: boolean
  /** How a machine gets it. */
  readonly how: string
}

/** `test` where every part is there. Elsewhere the test is skipped and says why; with CI=true it fails. */
export const testWith = (...parts: readonly Part[]) => {
  const missing = parts.filter(({ found }) => !found)
  const why = missing.map(({ name, how }) => `${name} is missing: ${how}`).join('; ')
  if (missing.length > 0 && process.env.CI === 'true') throw new Error(why)
  if (missing.length > 0) console.warn(why)
  return test.skipIf(missing.length > 0)
}

export type Outcome = { readonly code: number; readonly stdout: string; readonly stderr: string }

export type RunOptions = { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> }

/** Runs a program to its end, whatever that is. Only what `env` says and the search path get into its environment. */
export const run = async (
  program: string,
  args: readonly string[],
  { cwd, env }: RunOptions = {},
): Promise<Outcome> => {
  const { PATH = '', HOME = '' } = process.env
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { PATH, HOME, ...env },
      maxBuffer: 64 * 1024 * 1024,
    })
    return { code: 0, stdout, stderr }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'stdout' in error && 'stderr' in error)) throw error
    return { code: Number(error.code), stdout: String(error.stdout), stderr: String(error.stderr) }
  }
}

/** Whether a program starts. */
export const starts = async (program: string, ...args: readonly string[]): Promise<boolean> => {
  try {
    return (await run(program, args)).code === 0
  } catch {
    return false
  }
}

/** A folder that is gone when these tests are over, or when the one that is running is: `onTestFinished`. */
export const scratchFolder = (name: string, atTheEnd: (remove: () => void) => void = afterAll): string => {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  atTheEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
