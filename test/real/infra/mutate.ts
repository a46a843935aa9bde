import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Mutation } from './mutations.ts'
import { scratchFolder } from './part.ts'
import { infra } from './terraform.ts'

/** A copy of infra with some mistakes in it, for the test that is running. */
export const mutated = (mistakes: readonly Mutation[]): string => {
  const folder = scratchFolder('mutated', onTestFinished)
  cpSync(infra, folder, {
    recursive: true,
    filter: source => !source.startsWith(join(infra, 'local')) && extname(source) !== '.ts',
  })
  for (const { file, from, to } of mistakes) {
    const path = join(folder, file)
    const text = readFileSync(path, 'utf8')
    if (text.split(from).length !== 2) throw new Error(`${file} says not once: ${from}`)
    writeFileSync(
      path,
      text.replace(from, () => to),
    )
  }
  return folder
}
