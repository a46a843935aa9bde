import { cp, mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'
import manifest from '../package.json' with { type: 'json' }

/**
 * What is deployed: each a folder of functions/, each a complete deployable in dist/; and the files that its code reads
 * when it starts: see `shared/runtime/package-file.ts`.
 */
const functions: Readonly<Record<string, readonly string[]>> = {
  webhook: ['infra/trust'],
  auth: [],
  retention: [],
}

/** Loaded only when first needed, and large: installed beside the bundle and not put into it. */
const external = ['@google-cloud/secret-manager', 'google-auth-library'] as const

const framework = '@google-cloud/functions-framework'

const root = join(import.meta.dirname, '..')

const buildFunction = async (name: string, packageFiles: readonly string[]): Promise<void> => {
  const folder = join(root, 'dist', name)
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  await build({
    entryPoints: [join(root, 'functions', name, 'index.ts')],
    outdir: folder,
    bundle: true,
    // What is imported when first needed stays in files of its own, and is not parsed at start.
    splitting: true,
    chunkNames: '[name]-[hash]',
    minifySyntax: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: [...external],
    legalComments: 'linked',
    logLevel: 'warning',
    // CommonJS packages in an ES module bundle call `require` for Node's own modules.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  })
  for (const path of packageFiles) await cp(join(root, path), join(folder, path), { recursive: true })
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(deployedManifest(name), null, 2)}\n`)
  const { size } = await stat(join(folder, 'index.js'))
  console.log(`dist/${name}/index.js ${(size / 1024).toFixed(0)} KiB`)
}

/** What Cloud Build installs beside the bundle, in exactly our versions. */
const deployedManifest = (name: string) => ({
  name: `trusted-fulfillment-${name}`,
  private: true,
  type: 'module',
  main: 'index.js',
  engines: { node: '>=24' },
  dependencies: {
    [framework]: manifest.devDependencies[framework],
    ...Object.fromEntries(external.map(dependency => [dependency, manifest.dependencies[dependency]])),
  },
})

for (const [name, packageFiles] of Object.entries(functions)) await buildFunction(name, packageFiles)
