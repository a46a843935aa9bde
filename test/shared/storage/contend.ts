import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('contending-process.ts', import.meta.url))

/** Has two processes create each of these keys in one file at the same moment. Returns how many of the two have, for each. */
export const contend = async (path: string, keys: readonly string[]): Promise<number[]> => {
  const children = [0, 1].map(() => spawn(process.execPath, [program, path], { stdio: ['pipe', 'pipe', 'inherit'] }))
  const answers = children.map(({ stdout }) => createInterface({ input: stdout })[Symbol.asyncIterator]())
  const created: number[] = []
  for (const key of keys) {
    for (const { stdin } of children) stdin.write(`${key}\n`)
    const results = await Promise.all(answers.map(answer => answer.next()))
    created.push(results.filter(({ value }) => value === 'created').length)
  }
  for (const { stdin } of children) stdin.end()
  await Promise.all(children.map(child => once(child, 'exit')))
  return created
}
