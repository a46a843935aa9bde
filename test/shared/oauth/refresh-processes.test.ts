import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test as sequentialTest } from 'vitest'
import { parseKeyring } from '../../../shared/storage/keyring.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import { settingsOf, startEstate } from './estate.ts'
import type { Orders, Turns } from './turns-process.ts'

/** Each spends most of its time waiting. */
const test = sequentialTest.concurrent

const HOUR_MS = 3_600_000

/** Runs so many processes, each with so many turns at the same moment. One that is killed answers none. */
const runProcesses = async (processes: number, orders: Orders): Promise<readonly string[]> => {
  const children = Array.from({ length: processes }, () => fork(new URL('turns-process.ts', import.meta.url)))
  await Promise.all(children.map(child => once(child, 'message')))
  const answers = children.map(async child => {
    const exited = once(child, 'exit')
    const answered = new Promise<Turns>(resolve => child.once('message', (turns: Turns) => resolve(turns)))
    child.send(orders)
    const turns = await Promise.race([answered, exited.then((): Turns => ['killed'])])
    await exited
    return turns
  })
  return (await Promise.all(answers)).flat()
}

/** An account whose access token has just expired, in a file that processes share; its provider rotates refresh tokens. */
const expiredAccount = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'refresh-'))
  const database = join(folder, 'store.sqlite')
  const clock = { now: Date.now() }
  const text = JSON.stringify({ active: 'one', keys: { one: randomBytes(32).toString('base64') } })
  const keyring = parseKeyring(text)
  if (!keyring.ok) throw new Error('a keyring that does not parse')
  const store = sqliteStore(database, { clock: () => clock.now })
  const estate = await startEstate({ store, clock, keyring: keyring.value, rotation: true })
  await estate.linkAccount()
  clock.now += HOUR_MS
  return {
    estate,
    orders: { database, keyring: text, settings: settingsOf('generic', estate.idp), laterMs: HOUR_MS },
    killMark: join(folder, 'killed'),
    async [Symbol.asyncDispose]() {
      await estate[Symbol.asyncDispose]()
      await rm(folder, { recursive: true })
    },
  }
}

const tally = (answers: readonly string[]) =>
  Object.fromEntries([...new Set(answers)].sort().map(answer => [answer, answers.filter(a => a === answer).length]))

test('eight processes, 400 turns at the moment of expiry: one refresh, every turn answered, the grant alive', async () => {
  await using account = await expiredAccount()
  const { idp, components, clock } = account.estate
  expect(tally(await runProcesses(8, { ...account.orders, turns: 50 }))).toEqual({ token: 400 })
  expect(idp.calls.count('token', { grantType: 'refresh_token' })).toBe(1)
  clock.now += HOUR_MS
  expect(await components().requireAccount('generic')).toMatchObject({ outcome: 'token' })
}, 90_000)

test('the refreshing process is killed before the provider is asked: another takes over in time, the grant is alive', async () => {
  await using account = await expiredAccount()
  const { idp, components, clock } = account.estate
  const die = { when: 'before the provider is asked', file: account.killMark } as const
  expect(tally(await runProcesses(2, { ...account.orders, turns: 20, die }))).toEqual({ killed: 1, token: 20 })
  expect(idp.calls.count('token', { grantType: 'refresh_token' })).toBe(1)
  clock.now += HOUR_MS
  expect(await components().requireAccount('generic')).toMatchObject({ outcome: 'token' })
}, 90_000)

test('the refreshing process is killed with the new tokens in its hands: nobody hangs, every user is asked to sign in', async () => {
  await using account = await expiredAccount()
  const { idp, components, linkAccount } = account.estate
  const die = { when: 'after the provider has answered', file: account.killMark } as const
  // The provider takes the old refresh token for stolen, as RFC 9700 §4.14.2 has it, and ends the grant.
  expect(tally(await runProcesses(2, { ...account.orders, turns: 20, die }))).toEqual({ killed: 1, signIn: 20 })
  expect(idp.calls.count('token', { grantType: 'refresh_token' })).toBe(2)
  await linkAccount()
  expect(await components().requireAccount('generic')).toMatchObject({ outcome: 'token' })
}, 90_000)
