import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

const LITERAL = /'([^'\\\n]{1,60})'/g
const IMPORT = /^(?:\.{1,2}\/|node:)/

const filesOf = (path: string): readonly string[] =>
  path.endsWith('.ts')
    ? [path]
    : readdirSync(join(root, path))
        .filter(name => name.endsWith('.ts'))
        .map(name => join(path, name))

/**
 * The string literals of some files: names and values that the code compares with, which bytes at random never hit on.
 *
 * @param paths files and folders from the root of the repository
 */
export const wordsOf = (paths: readonly string[]): readonly string[] => {
  const literals = paths
    .flatMap(filesOf)
    .flatMap(file => [...readFileSync(join(root, file), 'utf8').matchAll(LITERAL)].map(([, literal = '']) => literal))
  return [...new Set(literals)].filter(literal => !IMPORT.test(literal)).sort()
}
