import { join } from 'node:path'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { type ContentRules, findLeaks } from '../../infra/bundle-contents.ts'
import { closureOf, readLockFile } from '../../infra/lock-file.ts'

const root = join(import.meta.dirname, '../..')
const locked = readLockFile(root)
const framework = closureOf(locked, ['@google-cloud/functions-framework'])
const production = closureOf(locked, [
  '@google-cloud/functions-framework',
  '@google-cloud/secret-manager',
  'google-auth-library',
  'jose',
  'zod',
])
const rules: ContentRules = {
  production: new Set(production.keys()),
  framework: new Set(framework.keys()),
  eagerPackages: new Set(['zod']),
  eagerKiB: { 'index.js': 480, 'server.js': 1680 },
}

/** What is found in a bundle of a function that has this in it. */
const leaksOf = async (planted: string, entry: 'index' | 'server' = 'index', external: string[] = []) => {
  const { metafile } = await build({
    absWorkingDir: root,
    stdin: { contents: planted, resolveDir: root, sourcefile: 'functions/planted/index.ts' },
    entryNames: entry,
    outdir: 'dist/planted',
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    external,
    logLevel: 'silent',
  })
  return findLeaks(metafile, rules)
}

const from = 'functions/planted/index\\.ts → '

describe('a bundle', () => {
  it('may have our code, what may be loaded at start, and more when it is needed', async () => {
    const planted = `
      import * as z from 'zod/mini'
      import { systemClock } from './shared/runtime/clock.ts'
      import headers from './infra/peer-certificate-headers.json'
      export const all = [z.string(), systemClock(), headers, () => import('jose'), () => import('google-auth-library')]`
    expect(await leaksOf(planted, 'index', ['google-auth-library'])).toEqual([])
  })

  it.each([
    ['gRPC', "export * from '@grpc/grpc-js'", `index\\.js has gRPC: ${from}node_modules/@grpc/grpc-js/`],
    [
      'gRPC that comes along, even if it is only loaded when needed',
      "export const late = () => import('@google-cloud/secret-manager')",
      `index\\.js has gRPC: ${from}node_modules/@google-cloud/secret-manager/.* → node_modules/google-gax/`,
    ],
    [
      'a package for development',
      "export * from 'oidc-provider'",
      `index\\.js has oidc-provider, which is for development,: ${from}node_modules/oidc-provider/`,
    ],
    [
      'the local estate',
      "export * from './infra/local/certificates/pem-files.ts'",
      `index\\.js has development code: ${from}infra/local/certificates/pem-files\\.ts`,
    ],
    [
      'a test',
      "export * from './test/fixtures/corpora.ts'",
      `index\\.js has development code: ${from}test/fixtures/corpora\\.ts`,
    ],
    [
      'Express a second time: the framework brings it',
      "export * from 'express'",
      `index\\.js has express, which the framework brings,: ${from}node_modules/express/`,
    ],
    ['at start what is for later', "export * from 'jose'", `index\\.js loads jose at start: ${from}node_modules/jose/`],
  ])('may not have %s', async (_, planted, leak) => {
    expect(await leaksOf(planted)).toContainEqual(expect.stringMatching(`^${leak}`))
  })

  it('may not load at start what is installed beside it', async () => {
    expect(await leaksOf("export * from 'google-auth-library'", 'index', ['google-auth-library'])).toEqual([
      'index.js loads google-auth-library at start: functions/planted/index.ts → google-auth-library',
    ])
  })

  it("may have the framework's packages where it has the framework", async () => {
    expect(await leaksOf("export * from 'on-finished'")).not.toEqual([])
    expect(await leaksOf("export * from 'on-finished'", 'server')).toEqual([])
  })

  it('may not grow unnoticed', async () => {
    const planted = `export const ballast = '${'x'.repeat(500 * 1024)}'`
    expect(await leaksOf(planted)).toEqual(['index.js reads 501 KiB at start; 480 at most'])
    expect(await leaksOf(planted, 'server')).toEqual([])
  })

  it('may have no package twice', async () => {
    const [name, one, other] = [
      'minimist',
      'node_modules/minimist/index.js',
      'node_modules/b/node_modules/minimist/a.js',
    ]
    const output = { bytes: 1, exports: [], imports: [] }
    const inputs = { [one]: { bytesInOutput: 1 }, [other]: { bytesInOutput: 1 } }
    const metafile = {
      inputs: {},
      outputs: { 'dist/a/server.js': { ...output, entryPoint: 'functions/a.ts', inputs } },
    }
    expect(findLeaks(metafile, { ...rules, production: new Set([`node_modules/${name}`]) })).toContainEqual(
      expect.stringMatching(`^server\\.js has ${name} twice, also from node_modules/${name},: `),
    )
  })
})
