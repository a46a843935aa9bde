import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'
import manifest from '../package.json' with { type: 'json' }
import { type ContentRules, findLeaks, inputsOf, packageOf } from './bundle-contents.ts'
import { bundleFunction, type FunctionToBundle, installed } from './bundle-function.ts'
import { findForeignLicences, licenceTexts } from './licences.ts'
import { closureOf, type LockedPackages, readLockFile } from './lock-file.ts'
import { softwareBill } from './software-bill.ts'

const root = join(import.meta.dirname, '..')
const locked = readLockFile(root)
const framework = closureOf(locked, ['@google-cloud/functions-framework'])
const installedPackages = closureOf(locked, installed)
const production = closureOf(locked, ['@google-cloud/functions-framework', ...Object.keys(manifest.dependencies)])

const rules: ContentRules = {
  production: new Set(production.keys()),
  framework: new Set(framework.keys()),
  eagerPackages: new Set(['zod']),
  eagerKiB: { 'index.js': 480, 'server.js': 1680 },
}

/**
 * Makes a deployable: `server.js`, which serves the function by itself; `index.js`, for functions-framework's CLI; and
 * the npm packages that are not in these, in the lock file's versions.
 *
 * @returns what was made
 * @throws {Error} when something is in it that does not belong there, or whose licence is not known to be all right
 */
export const buildFunction = async (toBuild: FunctionToBundle): Promise<Metafile> => {
  const { name, folder } = toBuild
  const metafile = await bundleFunction(toBuild)
  const inBundles = new Set(inputsOf(metafile, Object.keys(metafile.outputs)).map(packageOf))
  const bundledPackages = new Map([...locked].filter(([path]) => inBundles.has(path)))
  const problems = findProblems(metafile, new Map([...bundledPackages, ...installedPackages]))
  if (problems.length > 0) throw new Error([`${name} cannot be deployed:`, ...problems].join('\n'))

  const write = (file: string, text: string) => writeFile(join(folder, file), text)
  const deployed = deployedManifest(name)
  await write('package.json', toText(deployed))
  await write('package-lock.json', toText(deployedLockFile(deployed)))
  // Google's buildpacks start this and not functions-framework. https://docs.cloud.google.com/docs/buildpacks/about-procfile
  await write('Procfile', 'web: node server.js\n')
  await write('LICENCES.txt', licenceTexts(bundledPackages, root))
  await write(
    'sbom.cdx.json',
    softwareBill({ ...deployed, locked, bundled: bundledPackages, installed: installedPackages }),
  )
  return metafile
}

/** Why something may not be deployed, one line each. */
export const findProblems = (metafile: Metafile, packages: LockedPackages): readonly string[] => [
  ...findLeaks(metafile, rules),
  ...findForeignLicences(packages),
]

const toText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

type DeployedManifest = ReturnType<typeof deployedManifest>

/** What Cloud Build installs beside the bundles. A build in the cloud runs no more install scripts than one here. */
const deployedManifest = (name: string) => ({
  name: `${manifest.name}-${name}`,
  version: manifest.version,
  private: true,
  type: 'module',
  main: 'index.js',
  engines: { node: '>=24' },
  dependencies: Object.fromEntries(installed.map(dependency => [dependency, manifest.dependencies[dependency]])),
  allowScripts: Object.fromEntries(
    Object.entries(manifest.allowScripts).filter(([dependency]) => installedPackages.has(`node_modules/${dependency}`)),
  ),
})

/** The part of our lock file that it needs, so that Cloud Build's `npm ci` installs what was tested here. */
const deployedLockFile = ({ name, version, dependencies, engines }: DeployedManifest) => ({
  name,
  version,
  lockfileVersion: 3,
  requires: true,
  packages: { '': { name, version, dependencies, engines }, ...Object.fromEntries(installedPackages) },
})
