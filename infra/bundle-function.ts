import { cp, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build, type Metafile } from 'esbuild'
import { frameworkWithin } from './bundle-framework.ts'
import { parsedJson } from './bundle-json.ts'

/** Loaded only when first needed, and large: installed beside the bundle and not put into it. */
export const installed = ['@google-cloud/secret-manager', 'google-auth-library'] as const

const root = join(import.meta.dirname, '..')

export type FunctionToBundle = {
  /** Of the export, and of what is deployed. */
  readonly name: string
  /** The module that exports it, relative to the project. */
  readonly module: string
  /** Files that the code reads when it starts: see `shared/runtime/package-file.ts`. */
  readonly packageFiles: readonly string[]
  /** The folder to make. */
  readonly folder: string
}

/**
 * Makes `server.js`, which serves a function by itself, and `index.js`, for functions-framework's CLI; and puts the files
 * beside them that they read.
 */
export const bundleFunction = async ({ name, module, packageFiles, folder }: FunctionToBundle): Promise<Metafile> => {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { index: module, server: 'server' },
    plugins: [frameworkWithin(`./${module}`, name, root), parsedJson],
    outdir: folder,
    metafile: true,
    bundle: true,
    // What is imported when first needed stays in files of its own, and is not parsed at start.
    splitting: true,
    chunkNames: '[name]-[hash]',
    // No more than that: whitespace and long names cost nothing measurable, and a stack of the log can be read.
    minifySyntax: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: [...installed],
    legalComments: 'none', // whole licences instead
    logLevel: 'warning',
    // CommonJS packages in an ES module bundle call `require` for Node's own modules.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  })
  for (const path of packageFiles) await cp(join(root, path), join(folder, path), { recursive: true })
  return metafile
}
