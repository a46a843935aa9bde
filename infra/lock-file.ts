import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod/mini'

const names = z.optional(z.record(z.string(), z.string()))

const lockedPackage = z.looseObject({
  version: z.string(),
  integrity: z.string(),
  license: z.optional(z.string()),
  dependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
})

/** What the lock file says of a package. https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json#packages */
export type LockedPackage = z.infer<typeof lockedPackage>

/** Packages by where they are installed: `node_modules/a`, `node_modules/a/node_modules/b`. */
export type LockedPackages = ReadonlyMap<string, LockedPackage>

/** The packages of a lock file, without the project itself. */
export const readLockFile = (folder: string): LockedPackages => {
  const { packages } = z
    .object({ lockfileVersion: z.literal(3), packages: z.record(z.string(), z.unknown()) })
    .parse(JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')))
  return new Map(
    Object.entries(packages).flatMap(([path, entry]) => (path === '' ? [] : [[path, lockedPackage.parse(entry)]])),
  )
}

/** `@google-cloud/secret-manager` for `node_modules/@google-cloud/secret-manager`. */
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)

/** What a package depends on and where that is, as Node resolves it. What is optional may be missing. */
export const dependenciesOf = (packages: LockedPackages, path: string): readonly string[] => {
  const { dependencies, optionalDependencies, peerDependencies } = packages.get(path) ?? {}
  return Object.keys({ ...peerDependencies, ...optionalDependencies, ...dependencies }).flatMap(
    name => locate(packages, name, path) ?? [],
  )
}

const locate = (packages: LockedPackages, name: string, from: string): string | undefined => {
  const path = from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`
  if (packages.has(path)) return path
  if (from === '') return undefined
  return locate(packages, name, from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/'))))
}

/** Packages with all that they bring, in the lock file's order. */
export const closureOf = (packages: LockedPackages, roots: readonly string[]): LockedPackages => {
  const seen = new Set<string>()
  const visit = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    dependenciesOf(packages, path).forEach(visit)
  }
  for (const name of roots) {
    const path = `node_modules/${name}`
    if (!packages.has(path)) throw new Error(`${name} is not in package-lock.json`)
    visit(path)
  }
  return new Map([...packages].filter(([path]) => seen.has(path)))
}
