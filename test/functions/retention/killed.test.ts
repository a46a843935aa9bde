import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { ada } from '../../shared/oauth/estate.ts'
import {
  DAY_MS,
  linkUsers,
  nothing,
  type RetentionEstate,
  retentionEstate,
  serveRetention,
} from './served-retention.ts'

/** A run in a process of its own, which stands still at the provider. */
const runOfItsOwn = async ({ environment, clock }: RetentionEstate): Promise<ChildProcess> => {
  const child = fork(new URL('retention-process.ts', import.meta.url), {
    env: { PATH: process.env.PATH ?? '', ...environment, LATER_MS: String(clock.now - Date.now()) },
  })
  await once(child, 'message')
  return child
}

const kill = async (child: ChildProcess): Promise<void> => {
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

test.each([
  ['before the provider has done anything', { kind: 'down' }],
  ['after the provider has done it', { kind: 'slow', milliseconds: 60_000 }],
] as const)(
  'killed in the middle, %s: nothing stays behind, here or there',
  async (_, fault) => {
    await using estate = await retentionEstate()
    await using retention = await serveRetention(estate)
    const tokens = await linkUsers(estate, 12)
    estate.clock.now += 31 * DAY_MS
    estate.idp.faults.set('revocation', fault)
    const child = await runOfItsOwn(estate)
    await expect.poll(() => estate.idp.calls.count('revocation'), { timeout: 10_000 }).toBeGreaterThan(0)
    await kill(child)

    estate.idp.faults.clear()
    // Until what the killed run had begun is due again.
    estate.clock.now += DAY_MS
    expect(await retention.run()).toMatchObject({ status: 200, answer: { more: false } })
    for (const token of tokens) await expect.poll(() => estate.idp.introspect(token)).toBeUndefined()
    estate.clock.now += DAY_MS
    expect(await retention.run()).toMatchObject({ answer: { purged: nothing } })
    expect(await estate.oauth.linkedAccounts(ada.user)).toEqual([])
  },
  30_000,
)
