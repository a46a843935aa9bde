import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** The project's root; in a bundle, where this module is part of another file, the folder of the bundle. */
const root =
  basename(import.meta.filename) === 'package-file.ts' ? join(import.meta.dirname, '../..') : import.meta.dirname

/** The text of a file that is deployed with the code (see `packageFiles` in `infra/build.ts`), by its path from the project's root. */
export const readPackageFile = (path: string): string => readFileSync(join(root, path), 'utf8')
