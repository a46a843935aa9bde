import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Command } from './server-process.ts'

const root = join(import.meta.dirname, '..', '..')
const folder = join(root, 'dist', 'webhook')
const framework = fileURLToPath(new URL('main.js', import.meta.resolve('@google-cloud/functions-framework')))

/** `npm run build`. */
export const buildWebhook = async (): Promise<void> => {
  await promisify(execFile)(process.execPath, [join(root, 'infra', 'build.ts')], { cwd: root })
}

/**
 * How the buildpacks start dist/webhook: the Procfile's `web`, else the manifest's `start`, else the framework's CLI.
 * https://docs.cloud.google.com/docs/buildpacks/nodejs#entrypoint
 */
export const deployedWebhook = (): Command => {
  const words = startCommand()?.split(/\s+/) ?? []
  const [program, ...args] = words
  if (program === 'node') return { program: process.execPath, args, folder }
  if (program !== undefined && program !== 'functions-framework') throw new Error(`cannot start ${words.join(' ')}`)
  const options = args.length > 0 ? args : ['--target=webhook']
  return { program: process.execPath, args: [framework, ...options], folder }
}

const startCommand = (): string | undefined => {
  const procfile = join(folder, 'Procfile')
  if (existsSync(procfile)) return /^web:\s*(?:exec\s+)?(.+?)\s*$/m.exec(readFileSync(procfile, 'utf8'))?.[1]
  const manifest: { scripts?: { start?: string } } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  return manifest.scripts?.start
}
