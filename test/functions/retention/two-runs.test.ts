import { expect, test } from 'vitest'
import { DAY_MS, linkUsers, retentionEstate, serveRetention } from './served-retention.ts'

const USERS = 12

/** The counts of all answers together. */
const sum = (runs: readonly { readonly answer: unknown }[], name: string): number =>
  runs.reduce((total, { answer }) => total + Number(Object(answer).purged[name]), 0)

test('two runs at the same moment: each grant is taken away once, each token revoked once', async () => {
  await using estate = await retentionEstate()
  await using one = await serveRetention(estate)
  await using other = await serveRetention(estate)
  const tokens = await linkUsers(estate, USERS)
  estate.clock.now += 31 * DAY_MS
  const runs = await Promise.all([one.run(), other.run()])
  expect(sum(runs, 'grants')).toBe(USERS)
  expect(estate.idp.calls.count('revocation', { status: 200 })).toBe(2 * USERS)
  for (const token of tokens) expect(await estate.idp.introspect(token)).toBeUndefined()
  estate.clock.now += DAY_MS
  await one.run()
  expect(estate.idp.calls.count('revocation')).toBe(2 * USERS)
})

test('two runs at the same moment: what is still to be revoked is tried once', async () => {
  await using estate = await retentionEstate()
  await using one = await serveRetention(estate)
  await using other = await serveRetention(estate)
  await linkUsers(estate, USERS)
  estate.clock.now += 31 * DAY_MS
  estate.idp.faults.set('revocation', { kind: 'down' })
  await one.run()
  const inVain = estate.idp.calls.count('revocation')
  estate.idp.faults.clear()
  estate.clock.now += DAY_MS
  const runs = await Promise.all([one.run(), other.run()])
  expect(sum(runs, 'revoked')).toBe(USERS)
  expect(estate.idp.calls.count('revocation') - inVain).toBe(2 * USERS)
})

test('everything is revoked by the time of the answer, for Cloud Run gives no processor time after it', async () => {
  await using estate = await retentionEstate()
  await using retention = await serveRetention(estate)
  const tokens = await linkUsers(estate, USERS)
  estate.clock.now += 31 * DAY_MS
  await retention.run()
  for (const token of tokens) expect(await estate.idp.introspect(token)).toBeUndefined()
})
