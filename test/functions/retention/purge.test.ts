import { describe, expect, test } from 'vitest'
import { personas } from '../../../infra/local/identity-provider/identity-provider-personas.ts'
import { collection } from '../../../shared/storage/collection.ts'
import { ada } from '../../shared/oauth/estate.ts'
import { DAY_MS, linkUsers, nothing, retentionEstate, serveRetention } from './served-retention.ts'

const MINUTE_MS = 60_000

describe('a run', () => {
  test('leaves everything alone that has not expired', async () => {
    await using estate = await retentionEstate()
    await using retention = await serveRetention(estate)
    await linkUsers(estate)
    await estate.signIn({ speaker: { ...ada, sender: 'somebody else' } })
    expect(await retention.run()).toEqual({ status: 200, answer: { purged: nothing, more: false, durationMs: 0 } })
    expect(estate.idp.calls.count('revocation')).toBe(0)
  })

  test('takes a grant away at the end of its 30 days, and not a millisecond before', async () => {
    await using estate = await retentionEstate()
    await using retention = await serveRetention(estate)
    const [token = ''] = await linkUsers(estate)
    estate.clock.now += 30 * DAY_MS - 1
    expect(await retention.run()).toMatchObject({ answer: { purged: { grants: 0 } } })
    expect(await estate.oauth.linkedAccounts('user-0')).toHaveLength(1)
    expect(await estate.idp.introspect(token)).toBeDefined()
    estate.clock.now += 1
    expect(await retention.run()).toMatchObject({ answer: { purged: { grants: 1 } } })
    await expect.poll(() => estate.idp.introspect(token)).toBeUndefined()
  })

  test('takes away a sign-in whose code nobody typed, and the tokens that it held', async () => {
    await using estate = await retentionEstate()
    await using retention = await serveRetention(estate)
    await estate.signIn()
    estate.clock.now += 15 * MINUTE_MS - 1
    expect(await retention.run()).toMatchObject({ answer: { purged: { signIns: 0 } } })
    estate.clock.now += 1
    expect(await retention.run()).toMatchObject({ answer: { purged: { signIns: 1 } } })
    await expect.poll(() => estate.idp.calls.count('revocation', { status: 200 })).toBe(2)
  })

  test('takes away kept answers, and leaves those that may still be asked for', async () => {
    await using estate = await retentionEstate()
    await using retention = await serveRetention(estate)
    const answers = collection('answers')
    const { now } = estate.clock
    // More than a batch.
    for (let index = 0; index < 150; index += 1) {
      await estate.store.put(answers, `old-${index}`, { value: { parts: [] }, expiresAt: now })
    }
    await estate.store.put(answers, 'new', { value: { parts: [] }, expiresAt: now + 1 })
    expect(await retention.run()).toMatchObject({ answer: { purged: { answers: 150 }, more: false } })
    expect(await estate.store.get(answers, 'new')).toBeDefined()
    expect(await estate.store.expired(answers, now, { limit: 1 })).toEqual([])
  })

  test('finds nothing left to do the second time', async () => {
    await using estate = await retentionEstate()
    await using retention = await serveRetention(estate)
    await linkUsers(estate, 2)
    estate.clock.now += 31 * DAY_MS
    await retention.run()
    await expect.poll(() => estate.idp.calls.count('revocation', { status: 200 })).toBe(4)
    expect(await retention.run()).toMatchObject({ answer: { purged: nothing, more: false } })
    expect(estate.idp.calls.count('revocation')).toBe(4)
  })

  test('writes its summary to the log, with the caller and nothing of any user', async () => {
    await using estate = await retentionEstate()
    await using retention = await serveRetention(estate)
    const [token = ''] = await linkUsers(estate)
    estate.clock.now += 31 * DAY_MS
    await retention.run()
    expect(retention.entries.at(-1)).toEqual({
      severity: 'INFO',
      message: 'purged',
      fields: {
        caller: 'call-retention@example.iam.gserviceaccount.com',
        purged: { ...nothing, grants: 1 },
        more: false,
        durationMs: 0,
        failed: [],
      },
    })
    expect(JSON.stringify(retention.entries)).not.toContain(token)
    expect(JSON.stringify(retention.entries)).not.toContain('user-0')
  })

  test('needs no authentication services where there are no accounts', async () => {
    await using estate = await retentionEstate()
    await using retention = await serveRetention(estate, { AUTHENTICATION_SERVICES: '', TOKEN_KEYS: '' })
    expect(await retention.run()).toMatchObject({ status: 200, answer: { purged: { answers: 0 }, more: false } })
  })
})

describe('the provider', () => {
  test.each(Object.keys(personas) as (keyof typeof personas)[])('of the persona %s', async persona => {
    await using estate = await retentionEstate(persona)
    await using retention = await serveRetention(estate)
    const [token = ''] = await linkUsers(estate)
    estate.clock.now += 31 * DAY_MS
    expect(await retention.run()).toMatchObject({ status: 200, answer: { purged: { grants: 1 }, more: false } })
    // Microsoft has no request for it.
    if (persona === 'microsoft') expect(estate.idp.calls.count('revocation')).toBe(0)
    else await expect.poll(() => estate.idp.introspect(token)).toBeUndefined()
  })

  test('that is down is asked again by the next run, for a week', async () => {
    await using estate = await retentionEstate()
    await using retention = await serveRetention(estate)
    const [token = ''] = await linkUsers(estate)
    estate.idp.faults.set('revocation', { kind: 'down' })
    estate.clock.now += 31 * DAY_MS
    expect(await retention.run()).toMatchObject({ status: 200, answer: { purged: { grants: 1 }, more: false } })
    for (let day = 1; day <= 6; day += 1) {
      estate.clock.now += DAY_MS
      expect(await retention.run()).toMatchObject({ status: 200, answer: { purged: { revoked: 0, unsettled: 1 } } })
    }
    expect(await estate.idp.introspect(token)).toBeDefined()
    estate.idp.faults.clear()
    estate.clock.now += DAY_MS - 1
    expect(await retention.run()).toMatchObject({ status: 200, answer: { purged: { revoked: 1, unsettled: 0 } } })
    expect(await estate.idp.introspect(token)).toBeUndefined()
    estate.clock.now += DAY_MS
    expect(await retention.run()).toMatchObject({ answer: { purged: nothing } })
  })
})
