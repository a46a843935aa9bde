import { beforeEach, describe, expect, test } from 'vitest'
import { claimNotification, LEASE_MS, notifications } from '../../../shared/identity/notification-claim.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import type { Store } from '../../../shared/storage/store.ts'

const DAY_MS = 24 * 60 * 60_000

let now: number
let store: Store
const parts = () => ({ store, clock: () => now })

beforeEach(() => {
  now = 1_700_000_000_000
  store = sqliteStore(':memory:', { clock: () => now })
})

describe('a claim', () => {
  const claim = async () => {
    const claimed = await claimNotification(parts(), 'key')
    return claimed.outcome === 'claimed' ? claimed.claim : claimed.outcome
  }

  test('is given to one of those who ask at once', async () => {
    const claims = await Promise.all(Array.from({ length: 20 }, claim))
    expect(claims.filter(given => given === 'taken')).toHaveLength(19)
  })

  test('is lost after its lease, and what was under way is told to the next', async () => {
    const first = await claim()
    if (typeof first === 'string') throw new TypeError(first)
    expect(await first.attempt({ channel: 'slack', held: false })).toBe(true)
    now += LEASE_MS - 1
    expect(await claim()).toBe('taken')
    now += 1
    const second = await claim()
    expect(second).toMatchObject({ left: { channel: 'slack', held: false } })
    // Its holder was only slow: it may do nothing any more.
    expect(await first.attempt({ channel: 'twilio', held: false })).toBe(false)
    expect([await first.release(), await first.finish(() => expect.unreachable())]).toEqual([false, false])
    // And the next one too, should it end before it has said otherwise.
    now += LEASE_MS
    expect(await claim()).toMatchObject({ left: { channel: 'slack', held: false } })
  })

  test('is renewed by each attempt', async () => {
    const first = await claim()
    if (typeof first === 'string') throw new TypeError(first)
    for (let index = 0; index < 3; index += 1) {
      now += LEASE_MS - 1
      expect(await first.attempt({ channel: 'slack', held: false })).toBe(true)
    }
    expect(await claim()).toBe('taken')
  })

  test('that is released can be had at once, with nothing under way; one that is finished never', async () => {
    const first = await claim()
    if (typeof first === 'string') throw new TypeError(first)
    await first.attempt({ channel: 'slack', held: false })
    expect(await first.release()).toBe(true)
    const second = await claim()
    if (typeof second === 'string') throw new TypeError(second)
    expect(second.left).toBeUndefined()
    expect(await second.finish()).toBe(true)
    now += 7 * DAY_MS - 1
    expect(await claim()).toBe('done')
  })

  test('that cannot be read is nobody’s', async () => {
    await store.put(notifications, 'key', { value: { state: 'of a later version' } })
    expect(await claim()).toBe('taken')
  })
})
