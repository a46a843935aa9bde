import { isBuiltin } from 'node:module'
import type { Metafile } from 'esbuild'
import { nameOf } from './lock-file.ts'

// A wrong import is found by no test: the function works, and starts a second later because gRPC came along, or carries
// the identity provider of the tests into production. So the build looks at what it has made, and fails with the chain
// of imports by which something got there.

export type ContentRules = {
  /** Where packages are installed that are made for production: what `dependencies` and the framework bring. */
  readonly production: ReadonlySet<string>
  /** Where the framework's packages are. Its CLI brings them along: in `index.js` they would be there twice. */
  readonly framework: ReadonlySet<string>
  /** By name, what may be loaded at start apart from the framework. */
  readonly eagerPackages: ReadonlySet<string>
  /** By entry, the most KiB that may be read at start. */
  readonly eagerKiB: Readonly<Record<string, number>>
}

const GRPC = /^(@grpc\/|google-gax$|protobufjs$|@protobufjs\/)/
/** What is ours and deployed. */
const OWN = /^(functions|shared)\/|^infra\/.*\.json$|^framework:/

/**
 * What does not belong into a bundle, one sentence each; nothing when all is well.
 *
 * @param metafile of a build in the project's folder
 */
export const findLeaks = (metafile: Metafile, rules: ContentRules): readonly string[] => {
  const leaks = Object.entries(metafile.outputs).flatMap(([file, { entryPoint }]) => {
    const entry = file.slice(file.lastIndexOf('/') + 1)
    if (entryPoint === undefined || !(entry in rules.eagerKiB)) return []
    return [
      ...ofAnything(metafile, entry, file, entryPoint, rules),
      ...ofStart(metafile, entry, file, entryPoint, rules),
    ]
  })
  return [...new Set(leaks)]
}

function* ofAnything(metafile: Metafile, entry: string, file: string, entryPoint: string, rules: ContentRules) {
  const homes = new Map<string, string>()
  for (const input of inputsOf(metafile, outputsFrom(metafile, file, true))) {
    const home = packageOf(input)
    const say = (what: string) => `${entry} has ${what}: ${chain(metafile, entryPoint, input, true)}`
    if (home === undefined) {
      if (!OWN.test(input)) yield say('development code')
      continue
    }
    const name = nameOf(home)
    if (GRPC.test(name)) yield say('gRPC')
    if (!rules.production.has(home)) yield say(`${name}, which is for development,`)
    if (entry === 'index.js' && rules.framework.has(home)) yield say(`${name}, which the framework brings,`)
    const other = homes.get(name) ?? home
    if (other !== home) yield say(`${name} twice, also from ${other},`)
    homes.set(name, other)
  }
}

function* ofStart(metafile: Metafile, entry: string, file: string, entryPoint: string, rules: ContentRules) {
  const outputs = outputsFrom(metafile, file, false)
  for (const input of inputsOf(metafile, outputs)) {
    const home = packageOf(input)
    if (home === undefined || rules.framework.has(home) || rules.eagerPackages.has(nameOf(home))) continue
    yield `${entry} loads ${nameOf(home)} at start: ${chain(metafile, entryPoint, input, false)}`
  }
  for (const output of outputs) {
    for (const { path, kind, external } of metafile.outputs[output]?.imports ?? []) {
      if (external !== true || kind === 'dynamic-import' || isBuiltin(path)) continue
      yield `${entry} loads ${path} at start: ${chain(metafile, entryPoint, path, false)}`
    }
  }
  const kib = outputs.reduce((sum, output) => sum + (metafile.outputs[output]?.bytes ?? 0), 0) / 1024
  const most = rules.eagerKiB[entry] ?? 0
  if (kib > most) yield `${entry} reads ${Math.ceil(kib)} KiB at start; ${most} at most`
}

/** Where the package is installed that a file belongs to. */
export const packageOf = (input: string): string | undefined => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]

/** A bundle's file and those that it imports, also when first needed if `lazy`. */
const outputsFrom = (metafile: Metafile, file: string, lazy: boolean): readonly string[] => {
  const seen = new Set([file])
  for (const output of seen) {
    for (const { path, kind, external } of metafile.outputs[output]?.imports ?? [])
      if (external !== true && (lazy || kind !== 'dynamic-import')) seen.add(path)
  }
  return [...seen]
}

/** The source files of which something has got into these outputs. */
export const inputsOf = (metafile: Metafile, outputs: readonly string[]): readonly string[] =>
  outputs.flatMap(output =>
    Object.entries(metafile.outputs[output]?.inputs ?? {}).flatMap(([input, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [input] : [],
    ),
  )

/** The shortest way by which one file imports another. */
const chain = (metafile: Metafile, from: string, to: string, lazy: boolean): string => {
  const before = new Map<string, string | undefined>([[from, undefined]])
  for (const [input] of before) {
    for (const { path, kind } of metafile.inputs[input]?.imports ?? [])
      if (!before.has(path) && (lazy || kind !== 'dynamic-import')) before.set(path, input)
  }
  const steps: string[] = []
  for (let at: string | undefined = to; at !== undefined; at = before.get(at)) steps.unshift(at)
  return steps.join(' → ')
}
