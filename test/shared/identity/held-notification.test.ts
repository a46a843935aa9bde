import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { heldEntry, heldNotifications, takeHeld } from '../../../shared/identity/held-notification.ts'
import type { Notification } from '../../../shared/identity/notification.ts'
import { claimNotification, notifications } from '../../../shared/identity/notification-claim.ts'
import { forgetNotifications } from '../../../shared/identity/notification-forget.ts'
import { purgeNotifications } from '../../../shared/identity/notification-purge.ts'
import { undelivered, undeliveredEntry } from '../../../shared/identity/notification-undelivered.ts'
import { users } from '../../../shared/identity/user-record.ts'
import { hashed } from '../../../shared/oauth/one-time.ts'
import { parseKeyring } from '../../../shared/storage/keyring.ts'
import { unseal } from '../../../shared/storage/sealed-value.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import type { Store } from '../../../shared/storage/store.ts'

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
const ACCOUNT = '["twilio","+15550100199"]'

const keyringOf = (id: string) => {
  const ring = parseKeyring(JSON.stringify({ active: id, keys: { [id]: randomBytes(32).toString('base64') } }))
  if (!ring.ok) throw new TypeError(ring.error.join())
  return ring.value
}
const keyring = keyringOf('one')

let now: number
let store: Store
const parts = () => ({ store, keyring, clock: () => now })

beforeEach(async () => {
  now = 1_700_000_000_000
  store = sqliteStore(':memory:', { clock: () => now })
  await store.put(users, 'user-1', { value: { since: now, accounts: [hashed(ACCOUNT)], identities: [] } })
})

const notificationOf = (dedupe: string): Notification => ({
  user: { service: 'google', subject: '104' },
  text: `Message ${dedupe}`,
  dedupe,
})

const hold = async (dedupe: string, account = ACCOUNT, user = 'user-1'): Promise<void> => {
  const held = heldEntry(parts(), { account, user, notification: notificationOf(dedupe) })
  await store.put(heldNotifications, held.key, held.entry)
}

describe('a held message', () => {
  test('is not for whoever the account belongs to by now', async () => {
    await hold('mine')
    expect(await takeHeld(parts(), ACCOUNT, 'user-2')).toEqual([])
    expect(await takeHeld(parts(), ACCOUNT, 'user-1')).toHaveLength(1)
  })

  test('is found behind those for a user who had the account before', async () => {
    for (let index = 0; index < 12; index += 1) await hold(`${index}`, ACCOUNT, 'user-before')
    now += 1
    await hold('mine')
    expect(await takeHeld(parts(), ACCOUNT, 'user-1')).toMatchObject([{ text: 'Message mine' }])
  })

  test('is found by its account alone, oldest first, once', async () => {
    for (const dedupe of ['first', 'second', 'third']) {
      await hold(dedupe)
      now += 1000
    }
    await hold('elsewhere', '["slack","T0","U0"]')
    expect(await takeHeld(parts(), ACCOUNT, 'user-1')).toEqual(
      ['first', 'second', 'third'].map((dedupe, index) => ({
        text: `Message ${dedupe}`,
        link: undefined,
        heldAt: 1_700_000_000_000 + index * 1000,
      })),
    )
    expect(await takeHeld(parts(), ACCOUNT, 'user-1')).toEqual([])
    expect(await takeHeld(parts(), '["slack","T0","U0"]', 'user-1')).toHaveLength(1)
  })

  test('is given to one of those who ask at once', async () => {
    await hold('first')
    const taken = await Promise.all(Array.from({ length: 10 }, () => takeHeld(parts(), ACCOUNT, 'user-1')))
    expect(taken.flat()).toHaveLength(1)
  })

  test('comes with at most nine others', async () => {
    for (let index = 0; index < 12; index += 1) await hold(`${index}`)
    expect(await takeHeld(parts(), ACCOUNT, 'user-1')).toHaveLength(10)
    expect(await takeHeld(parts(), ACCOUNT, 'user-1')).toHaveLength(2)
  })

  test('tells nothing of itself or its account to whoever has a copy of the database', async () => {
    await hold('first')
    const [record] = await store.find(heldNotifications, 'account', hashed(ACCOUNT), { limit: 10 })
    expect(JSON.stringify(record)).not.toMatch(/Message|15550100199|google/)
  })

  test('is held for 24 hours', async () => {
    await hold('first')
    now += DAY_MS
    expect(await takeHeld(parts(), ACCOUNT, 'user-1')).toEqual([])
    await hold('second')
    now += DAY_MS - 1
    expect(await takeHeld(parts(), ACCOUNT, 'user-1')).toHaveLength(1)
  })

  test('that cannot be read stays, and is reported when it has expired', async () => {
    await hold('first')
    expect(await takeHeld({ store, keyring: keyringOf('two') }, ACCOUNT, 'user-1')).toEqual([])
    now += DAY_MS
    await purgeNotifications({ ...parts(), keyring: keyringOf('two') }, 100)
    expect(await store.find(undelivered, 'user', 'user-1', { limit: 10 })).toMatchObject([
      { value: { reason: 'not_read', sealed: null } },
    ])
  })
})

describe('the purge', () => {
  test('makes an undelivered message of one that nobody has asked for, two purges at once make one', async () => {
    await hold('first')
    now += DAY_MS
    await Promise.all([purgeNotifications(parts(), 100), purgeNotifications(parts(), 100)])
    const [record, ...others] = await store.find(undelivered, 'user', 'user-1', { limit: 10 })
    expect(others).toEqual([])
    expect(record).toMatchObject({ value: { reason: 'not_read', at: now, attempts: [] }, expiresAt: now + 14 * DAY_MS })
    expect(
      unseal(keyring, undelivered, record?.key ?? '', String(Reflect.get(Object(record?.value), 'sealed'))),
    ).toMatchObject({ value: { value: notificationOf('first') } })
    expect(await purgeNotifications(parts(), 100)).toEqual({ heldNotifications: 0, notifications: 0, undelivered: 0 })
  })

  test('takes nothing before its day', async () => {
    await hold('first')
    await claimNotification(parts(), 'claimed')
    await store.put(
      undelivered,
      'u',
      undeliveredEntry(parts(), 'u', { reason: 'refused', attempts: [], user: null }, notificationOf('u')),
    )
    now += DAY_MS - 1
    expect(await purgeNotifications(parts(), 100)).toEqual({ heldNotifications: 0, notifications: 0, undelivered: 0 })
    now += 6 * DAY_MS + 1
    expect(await purgeNotifications(parts(), 100)).toMatchObject({ heldNotifications: 1, notifications: 1 })
    now += 7 * DAY_MS
    expect(await purgeNotifications(parts(), 100)).toMatchObject({ undelivered: 1 })
    now += 14 * DAY_MS
    expect(await purgeNotifications(parts(), 100)).toMatchObject({ undelivered: 1 })
    for (const collection of [heldNotifications, notifications, undelivered]) {
      expect(await store.expired(collection, now + 100 * DAY_MS, { limit: 10 })).toEqual([])
    }
  })

  test('keeps nothing of a user who was forgotten between the message’s day and the purge', async () => {
    await hold('first')
    now += DAY_MS
    await forgetNotifications(store, ['user-1'], [hashed(ACCOUNT)])
    await store.delete(users, 'user-1')
    expect(await purgeNotifications(parts(), 100)).toMatchObject({ heldNotifications: 1 })
    for (const collection of [heldNotifications, undelivered]) {
      expect(await store.expired(collection, now + 100 * DAY_MS, { limit: 10 })).toEqual([])
    }
  })

  test('takes no more at once than it is told', async () => {
    for (let index = 0; index < 5; index += 1) await hold(`${index}`)
    now += DAY_MS
    expect(await purgeNotifications(parts(), 2)).toMatchObject({ heldNotifications: 2 })
    expect(await purgeNotifications(parts(), 2)).toMatchObject({ heldNotifications: 2 })
    expect(await purgeNotifications(parts(), 2)).toMatchObject({ heldNotifications: 1 })
  })
})

test('who is forgotten has nothing kept for them, and others have', async () => {
  const reportFor = (key: string, user: string) =>
    store.put(undelivered, key, undeliveredEntry(parts(), key, { reason: 'refused', attempts: [], user }, undefined))
  for (let index = 0; index < 120; index += 1) await reportFor(`mine-${index}`, 'user-1')
  await reportFor('theirs', 'user-2')
  await hold('mine')
  await hold('theirs', '["slack","T0","U0"]')
  await forgetNotifications(store, ['user-1'], [ACCOUNT, '["slack","T0","U9"]'].map(hashed))
  expect(await store.find(undelivered, 'user', 'user-1', { limit: 10 })).toEqual([])
  expect(await store.find(undelivered, 'user', 'user-2', { limit: 10 })).toHaveLength(1)
  expect(await takeHeld(parts(), ACCOUNT, 'user-1')).toEqual([])
  expect(await takeHeld(parts(), '["slack","T0","U0"]', 'user-1')).toHaveLength(1)
})
