import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { text } from 'node:stream/consumers'

const remedy =
  'The Firestore emulator needs the Google Cloud CLI (https://cloud.google.com/sdk/docs/install), its component ' +
  '(`gcloud components install cloud-firestore-emulator`, or the package google-cloud-cli-firestore-emulator) ' +
  'and a Java runtime.'

/** Whether what the emulator needs is installed. If not, says what to do; with CI=true, throws. */
export const hasFirestoreEmulator = (): boolean => {
  const missing = [['gcloud', '--version'] as const, ['java', '-version'] as const]
    .filter(([program, option]) => spawnSync(program, [option], { stdio: 'ignore' }).status !== 0)
    .map(([program]) => `${program} is missing`)
  if (missing.length === 0) return true
  const message = `${missing.join(', ')}. ${remedy}`
  if (process.env.CI === 'true') throw new Error(message)
  console.warn(`Firestore tests skipped: ${message}`)
  return false
}

export type FirestoreEmulator = { readonly host: string; readonly stop: () => Promise<void> }

/** Starts Google's emulator on a free port, empty, in memory. */
export const startFirestoreEmulator = async (): Promise<FirestoreEmulator> => {
  const host = `127.0.0.1:${await freePort()}`
  // A group of its own: gcloud is a script that starts others, and does not take them along.
  const emulator = spawn('gcloud', ['emulators', 'firestore', 'start', `--host-port=${host}`], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const killed = () => killGroup(emulator)
  process.once('exit', killed)
  const stop = async () => {
    process.off('exit', killed)
    if (killGroup(emulator)) await once(emulator, 'exit')
  }
  const output = text(emulator.stderr)
  const ended = once(emulator, 'exit').then(async () => {
    throw new Error(`the Firestore emulator has ended. ${remedy}\n${await output}`)
  })
  ended.catch(() => {})
  emulator.stdout.resume()
  await Promise.race([ready(host), ended]).catch(async error => {
    await stop()
    throw error
  })
  return { host, stop }
}

const ready = async (host: string): Promise<void> => {
  const end = Date.now() + 90_000
  while (Date.now() < end) {
    const response = await fetch(`http://${host}/`).catch(() => undefined)
    if (response?.ok) return
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error('the Firestore emulator does not answer')
}

/** Returns whether there was something to kill. It keeps nothing that would be worth an orderly end. */
const killGroup = ({ pid, exitCode, signalCode }: ChildProcess): boolean => {
  if (pid === undefined || exitCode !== null || signalCode !== null) return false
  return process.kill(-pid, 'SIGKILL')
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
