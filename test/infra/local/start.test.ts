import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { listens } from '../../../infra/local/listen.ts'
import { runProgram } from './run-program.ts'

/** A start takes two seconds on a machine of its own. */
const TIMEOUT_MS = 60_000

const start = async (more: readonly string[] = []) => {
  const directory = await mkdtemp(join(tmpdir(), 'start-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  return ['infra/local/start.ts', '--port', '0', '--directory', directory, ...more]
}

test('each line that is typed shows handshake, proofs and answer', { timeout: TIMEOUT_MS }, async () => {
  const input = ['Hi', '/cx', 'Hi', 'Thanks', '/attack wrong-name', '/attack no-such', '/help', '/no-such'].join('\n')
  const { status, output } = await runProgram(await start(), { input })
  const [, es = '', , cx = '', thanks = '', attack = '', ...rest] = output.split(/\n(?:es|cx)> /)
  for (const turn of [es, cx]) {
    expect(turn).toMatch(/handshake +TLSv1\.3 /)
    expect(turn).toMatch(/server +CN=localhost issued by /)
    expect(turn).toMatch(/client +.*CN=Google LLC issued by /)
    for (const proof of ['attestation', 'peerCertificate', 'identityToken']) expect(turn).toContain(`✔ ${proof}: `)
    expect(turn).toMatch(/agent +Hello/)
  }
  expect(thanks).toMatch(/agent, by itself +You are welcome/)
  expect(attack).toMatch(/✔ wrong name.*403 peer_subject/)
  expect(rest.join('')).toMatch(/No attack has the name "no-such"[\s\S]*no-certificate[\s\S]*No such command/)
  expect(status).toBe(0)
})

test.each<[NodeJS.Signals, number | null]>([
  ['SIGTERM', 0],
  ['SIGKILL', null],
])('nothing is left running after %s', { timeout: TIMEOUT_MS }, async (name, expected) => {
  const { status, output } = await runProgram(await start(['--no-chat']), { signal: { name, until: 'Say Hi' } })
  expect(status).toBe(expected)
  const ports = new Set([...output.matchAll(/(?:localhost|127\.0\.0\.1):(\d+)/g)].map(match => Number(match[1])))
  expect(ports.size).toBeGreaterThanOrEqual(4)
  // The function's process finds out a moment later.
  for (const port of ports) await vi.waitUntil(async () => !(await listens(port)), TIMEOUT_MS)
})

test('a port that is taken is named', { timeout: TIMEOUT_MS }, async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { status, output } = await runProgram([...(await start()), '--port', String(port)])
  expect(output).toContain(`Port ${port} is taken`)
  expect(status).toBe(1)
})
