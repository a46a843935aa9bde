import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { buildFunction } from './build-function.ts'

/** What is deployed: each a folder of functions/, each a complete deployable in dist/; and the files that its code reads. */
const functions: Readonly<Record<string, readonly string[]>> = {
  webhook: ['infra/trust'],
  auth: [],
  notify: [],
  retention: [],
}

const dist = join(import.meta.dirname, '..', 'dist')

for (const [name, packageFiles] of Object.entries(functions)) {
  const folder = join(dist, name)
  const { outputs } = await buildFunction({ name, module: `functions/${name}/index.ts`, packageFiles, folder })
  const { size } = await stat(join(folder, 'server.js'))
  console.log(`dist/${name}: ${Object.keys(outputs).length} files, server.js ${(size / 1024).toFixed(0)} KiB`)
}
