import { afterEach, describe, expect, test, vi } from 'vitest'
import { grantKey, grants, storedGrantOf } from '../../../shared/oauth/grant.ts'
import type { OAuth } from '../../../shared/oauth/oauth.ts'
import type { ProviderFetch } from '../../../shared/oauth/provider-fetch.ts'
import { keepReserved, RESERVED_MS } from '../../../shared/oauth/refresh-reservation.ts'
import { ada, type Estate, shown, startEstate } from './estate.ts'

const HOUR_MS = 3_600_000

afterEach(() => {
  vi.useRealTimers()
})

const expiredEstate = async (options = {}) => {
  const estate = await startEstate(options)
  await estate.linkAccount()
  estate.clock.now += HOUR_MS
  return estate
}

const turnOf = (oauth: OAuth) =>
  oauth.forTurn({ speaker: ada, shown, signal: AbortSignal.timeout(20_000) }).requireAccount('generic')

/** An instance whose refreshes stand still, before the provider is asked, until they are let go. */
const standingInstance = (estate: Estate) => {
  const standing = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  const fetch: ProviderFetch = async (url, options) => {
    if (options.body instanceof URLSearchParams && options.body.get('grant_type') === 'refresh_token') {
      standing.resolve()
      await gate.promise
    }
    return estate.idp.fetch(url, options)
  }
  return { oauth: estate.anotherInstance({ fetch }), standing: standing.promise, letGo: () => gate.resolve() }
}

const refreshes = ({ idp }: Estate, status?: number) =>
  idp.calls.count('token', { grantType: 'refresh_token', ...(status !== undefined && { status }) })

const tokenOf = (outcome: Awaited<ReturnType<typeof turnOf>>) =>
  outcome.outcome === 'token' ? outcome.accessToken : outcome.outcome

describe('a refresh', () => {
  test('is one for fifty turns of one instance', async () => {
    await using estate = await expiredEstate({ rotation: true })
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => turnOf(estate.oauth)))
    expect(new Set(outcomes.map(tokenOf)).size).toBe(1)
    expect(refreshes(estate)).toBe(1)
  })

  test('costs the store no more for fifty turns than for one, but for looking', async () => {
    await using estate = await expiredEstate()
    const get = vi.spyOn(estate.store, 'get')
    const replace = vi.spyOn(estate.store, 'replace')
    await Promise.all(Array.from({ length: 50 }, () => turnOf(estate.oauth)))
    expect(get.mock.calls.length).toBeLessThanOrEqual(52)
    expect(replace).toHaveBeenCalledTimes(2)
  })

  test('is one for turns of several instances, which all get the new token', async () => {
    await using estate = await expiredEstate({ rotation: true })
    const first = standingInstance(estate)
    const others = Array.from({ length: 4 }, () => estate.anotherInstance())
    const turns = [turnOf(first.oauth)]
    await first.standing
    turns.push(...others.map(turnOf))
    first.letGo()
    const tokens = new Set((await Promise.all(turns)).map(tokenOf))
    expect(tokens.size).toBe(1)
    expect(tokens).not.toContain('failed')
    expect(refreshes(estate)).toBe(1)
  })

  test('in vain is told to those who wait for it, and they do not try one after the other', async () => {
    await using estate = await expiredEstate()
    const first = standingInstance(estate)
    const turns = [turnOf(first.oauth)]
    await first.standing
    turns.push(turnOf(estate.anotherInstance()))
    // The second one has begun to wait.
    await new Promise(resolve => setTimeout(resolve, 40))
    estate.idp.faults.set('token', { kind: 'status', status: 503 }, 1)
    first.letGo()
    expect(await Promise.all(turns)).toMatchObject([
      { outcome: 'failed', failure: { code: 'provider_status', status: 503 } },
      { outcome: 'failed', failure: { code: 'refresh_failed_elsewhere' } },
    ])
    expect(await turnOf(estate.oauth)).toMatchObject({ outcome: 'token' })
  })

  test('is taken over from an instance that gives no sign of life', async () => {
    await using estate = await expiredEstate()
    const frozen = standingInstance(estate)
    const late = turnOf(frozen.oauth)
    await frozen.standing
    estate.clock.now += RESERVED_MS
    const token = tokenOf(await turnOf(estate.anotherInstance()))
    expect(refreshes(estate, 200)).toBe(1)
    // It was not dead after all. Its own tokens are not the newest.
    frozen.letGo()
    expect(tokenOf(await late)).toBe(token)
    expect(tokenOf(await turnOf(estate.oauth))).toBe(token)
  })

  test('that the provider refuses because another instance was faster ends with the tokens of the other', async () => {
    await using estate = await expiredEstate({ rotation: true })
    const frozen = standingInstance(estate)
    const late = turnOf(frozen.oauth)
    await frozen.standing
    estate.clock.now += RESERVED_MS
    const token = tokenOf(await turnOf(estate.anotherInstance()))
    frozen.letGo()
    expect(tokenOf(await late)).toBe(token)
    expect(refreshes(estate, 400)).toBe(1)
  })

  test('refused for good ends the grant: the user signs in', async () => {
    await using estate = await expiredEstate()
    estate.idp.revokeAccount('ada')
    expect(await turnOf(estate.oauth)).toMatchObject({ outcome: 'signIn' })
    expect(await estate.oauth.linkedAccounts(ada.user)).toEqual([])
    expect(estate.logged.join()).toContain('invalid_grant')
  })

  test('that ends after the user has signed out leaves nothing alive', async () => {
    await using estate = await expiredEstate({ rotation: false })
    const standing = standingInstance(estate)
    const late = turnOf(standing.oauth)
    await standing.standing
    // The provider is not there to hear of the sign-out, or else it would end this refresh itself.
    estate.idp.faults.set('revocation', { kind: 'down' }, 1)
    await estate.components().resetTokens('generic')
    standing.letGo()
    expect(await late).toMatchObject({ outcome: 'signIn' })
    await expect.poll(() => estate.idp.calls.count('revocation', { status: 200 })).toBe(2)
  })

  test('does not undo a sign-in that was faster', async () => {
    await using estate = await expiredEstate({ rotation: false })
    const standing = standingInstance(estate)
    const late = turnOf(standing.oauth)
    await standing.standing
    const record = await estate.store.get(grants, grantKey('generic', ada.user))
    if (record === undefined) throw new Error('no grant')
    await estate.store.delete(grants, record.key)
    await estate.linkAccount({ account: 'grace' })
    standing.letGo()
    expect(await late).toMatchObject({ outcome: 'token', identity: { subject: 'grace' } })
  })
})

describe('a reservation', () => {
  test('is kept up while the provider takes its time, and lost when somebody else has written', async () => {
    await using estate = await expiredEstate()
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const key = grantKey('generic', ada.user)
    const read = async () => {
      const record = await estate.store.get(grants, key)
      const stored = record && storedGrantOf(record)
      if (record === undefined || stored === undefined) throw new Error('no grant')
      return { record, stored }
    }
    const { record, stored } = await read()
    const parts = { store: estate.store, clock: () => estate.clock.now, log: () => {} }
    const release = keepReserved(parts, record, stored)
    for (let second = 1; second <= 3; second += 1) {
      estate.clock.now += 1000
      vi.advanceTimersByTime(1000)
      await expect.poll(async () => (await read()).stored.refreshingUntil).toBe(estate.clock.now + RESERVED_MS)
    }
    expect(await release()).toBe((await read()).record.version)

    const lost = keepReserved(parts, (await read()).record, stored)
    await estate.store.put(grants, key, record)
    vi.advanceTimersByTime(1000)
    expect(await lost()).toBeUndefined()
  })
})
