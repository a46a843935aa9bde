import { expect, test } from 'vitest'
import { createSeen } from '../../../shared/identity/seen.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import { recordLog } from '../intents/recorded-log.ts'
import { withFaults } from '../intents/stores.ts'
import { profileIn } from './consistency.ts'
import { START, startInstance } from './instance.ts'
import { adaInSlack, adaInTeams, graceInSlack } from './people.ts'

test('remembers so many accounts and no more: the one that was written first is written again', async () => {
  const clock = { now: START }
  const store = sqliteStore(':memory:', { clock: () => clock.now })
  const { oauth, keyring } = startInstance({ store, clock })
  const { seen } = createSeen(
    {
      store,
      keyring,
      oauth,
      clock: () => clock.now,
      log: recordLog().log,
      linking: { enabled: false, channels: new Set() },
      retentionDays: undefined,
    },
    2,
  )
  for (const account of [adaInSlack, adaInTeams, graceInSlack, adaInSlack, graceInSlack]) {
    clock.now += 1
    await seen(account, { language: 'en' })
  }
  expect(await profileIn(store, adaInSlack)).toMatchObject({ lastSeen: START + 4 })
  expect(await profileIn(store, graceInSlack)).toMatchObject({ lastSeen: START + 3 })
  await store.close()
})

test('is not noted after the account was forgotten in the same turn', async () => {
  const clock = { now: START }
  const slow = sqliteStore(':memory:', { clock: () => clock.now })
  const written = Promise.withResolvers<void>()
  // The note is slow; what the user says comes in between.
  const store = withFaults(slow, {
    transact: async work => {
      if (isFirst) {
        isFirst = false
        await written.promise
      }
      return await slow.transact(work)
    },
  })
  let isFirst = true
  const { identity } = startInstance({ store, clock })
  const noted = identity.seen(adaInSlack, { language: 'en' })
  const forgotten = identity.forget(adaInSlack, { signal: AbortSignal.timeout(5000) })
  written.resolve()
  await Promise.all([noted, forgotten])
  expect(await profileIn(slow, adaInSlack)).toBeUndefined()
  await slow.close()
})
