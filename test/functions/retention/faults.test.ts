import { expect, test } from 'vitest'
import { DAY_MS, linkUsers, retentionEstate, serveRetention } from './served-retention.ts'

const purges = ['users', 'accounts', 'notifications', 'answers']

test('a store that fails is answered with 503, so that Cloud Scheduler calls again, and the log has the reason', async () => {
  await using estate = await retentionEstate()
  await using retention = await serveRetention(estate, { STORE: 'sqlite:/nowhere/at/all.sqlite' })
  expect(await retention.run()).toEqual({
    status: 503,
    answer: { error: { code: 503, status: 'UNAVAILABLE', message: expect.any(String) } },
  })
  expect(retention.entries).toMatchObject([
    ...purges.map(purge => ({ message: 'purge failed', fields: { purge, error: { code: 'unavailable' } } })),
    { severity: 'ERROR', message: 'purged in part: something failed', fields: { failed: purges } },
  ])
})

test('a run that stops at its deadline says so, and the next ones go on', async () => {
  await using estate = await retentionEstate()
  const hurriedly = { RETENTION_DEADLINE_MS: '1000' }
  // Time passes with every look at the clock.
  await using retention = await serveRetention(estate, hurriedly, () => (estate.clock.now += 75))
  await linkUsers(estate, 12)
  estate.clock.now += 31 * DAY_MS
  expect(await retention.run()).toMatchObject({ status: 200, answer: { purged: { grants: 10 }, more: true } })
  expect(retention.entries.at(-1)).toMatchObject({ severity: 'WARNING', message: 'purged in part: there is more' })
  expect(await retention.run()).toMatchObject({ status: 200, answer: { purged: { grants: 2 } } })
  expect(await retention.run()).toMatchObject({ status: 200, answer: { purged: { grants: 0 }, more: false } })
})
