import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { grantKey, grants } from '../../../shared/oauth/grant.ts'
import { parseKeyring } from '../../../shared/storage/keyring.ts'
import { ada, type Estate, mallory, shown, startEstate } from './estate.ts'

const DAY_MS = 24 * 3_600_000

const unified = { ...ada, user: 'user:42' }

const tokenOf = async ({ components, service }: Estate, speaker = ada) => {
  const account = await components(speaker).requireAccount(service)
  return account.outcome === 'token' ? account.accessToken : account.outcome
}

describe('linked accounts', () => {
  test('are listed without their tokens', async () => {
    await using estate = await startEstate()
    await estate.linkAccount()
    expect(await estate.oauth.linkedAccounts(ada.user)).toEqual([
      {
        service: 'generic',
        issuer: estate.idp.addresses().issuer,
        subject: 'ada',
        keptUntil: estate.clock.now + 30 * DAY_MS,
      },
    ])
    expect(await estate.oauth.linkedAccounts(mallory.user)).toEqual([])
  })

  test('of a channel account become those of a unified user, and are encrypted for them', async () => {
    await using estate = await startEstate()
    await estate.linkAccount()
    const token = await tokenOf(estate)
    await estate.oauth.transferAccounts(ada.user, unified.user)
    expect(await tokenOf(estate, unified)).toBe(token)
    expect(await estate.oauth.linkedAccounts(ada.user)).toEqual([])
    expect(await tokenOf(estate)).toBe('signIn')
    estate.clock.now += 3_600_000
    expect(await tokenOf(estate, unified)).not.toBe(token)
  })

  test.each([
    ['comes', 0, 1],
    ['is there', 1, 0],
  ])(
    'of one subject at one service the younger remains, which %s, and nothing is revoked',
    async (_which, first, second) => {
      await using estate = await startEstate()
      const tokens: string[] = []
      for (const speaker of [first, second].map(position => (position === 0 ? unified : ada))) {
        await estate.linkAccount({ speaker })
        tokens.push(await tokenOf(estate, speaker))
        estate.clock.now += 60_000
      }
      await estate.oauth.transferAccounts(ada.user, unified.user)
      expect(await tokenOf(estate, unified)).toBe(tokens[1])
      expect(await estate.oauth.linkedAccounts(ada.user)).toEqual([])
      expect(estate.idp.calls.count('revocation')).toBe(0)
    },
  )

  test('stay where they are if the other user is somebody else at the same service', async () => {
    await using estate = await startEstate()
    await estate.linkAccount()
    await estate.linkAccount({ speaker: mallory, account: 'grace' })
    const [first, second] = [await tokenOf(estate), await tokenOf(estate, mallory)]
    await estate.oauth.transferAccounts(ada.user, mallory.user)
    expect([await tokenOf(estate), await tokenOf(estate, mallory)]).toEqual([first, second])
  })

  test('belong to the user: two senders of one user share them, two users do not', async () => {
    await using estate = await startEstate()
    await estate.linkAccount({ speaker: unified })
    const fromTeams = { user: 'user:42', sender: 'teams:ada', conversation: 'conversation-9' }
    expect(await tokenOf(estate, fromTeams)).toBe(await tokenOf(estate, unified))
    expect(await tokenOf(estate, { ...unified, user: 'user:43' })).toBe('signIn')
  })
})

describe('the keyring', () => {
  const key = () => randomBytes(32).toString('base64')
  const ring = (active: string, keys: Record<string, string>) => {
    const parsed = parseKeyring(JSON.stringify({ active, keys }))
    if (!parsed.ok) throw new Error('a keyring that does not parse')
    return parsed.value
  }

  test('can be rotated: what an old key has sealed is read, and sealed again on use', async () => {
    const [old, fresh] = [key(), key()]
    await using estate = await startEstate({ keyring: ring('old', { old }) })
    await estate.linkAccount()
    const rotated = estate.anotherInstance({ keyring: ring('fresh', { old, fresh }) })
    const turn = { speaker: ada, shown, signal: AbortSignal.timeout(5000) }
    expect(await rotated.forTurn(turn).requireAccount('generic')).toMatchObject({ outcome: 'token' })
    const record = await estate.store.get(grants, grantKey('generic', ada.user))
    expect(record?.value).toMatchObject({ sealed: expect.stringMatching(/^fresh\./) })
    const without = estate.anotherInstance({ keyring: ring('fresh', { fresh }) })
    expect(await without.forTurn(turn).requireAccount('generic')).toMatchObject({ outcome: 'token' })
  })

  test('that has lost the key means signing in again', async () => {
    await using estate = await startEstate()
    await estate.linkAccount()
    const other = estate.anotherInstance({ keyring: ring('other', { other: key() }) })
    const turn = { speaker: ada, shown, signal: AbortSignal.timeout(5000) }
    expect(await other.forTurn(turn).requireAccount('generic')).toMatchObject({ outcome: 'signIn' })
    expect(await other.forTurn(turn).resetTokens('generic')).toEqual({ outcome: 'nothing' })
  })
})

describe('the purge', () => {
  test('takes away what has expired, and revokes what it held', async () => {
    await using estate = await startEstate()
    await estate.linkAccount()
    await estate.signIn({ speaker: mallory })
    expect(await estate.oauth.purgeExpired(100)).toEqual({ grants: 0, signIns: 0, revoked: 0, unsettled: 0 })
    estate.clock.now += 15 * 60_000
    expect(await estate.oauth.purgeExpired(100)).toMatchObject({ grants: 0, signIns: 1 })
    await expect.poll(() => estate.idp.calls.count('revocation', { status: 200 })).toBe(2)
    estate.clock.now += 30 * DAY_MS
    expect(await estate.oauth.purgeExpired(100)).toMatchObject({ grants: 1, signIns: 0 })
    await expect.poll(() => estate.idp.calls.count('revocation', { status: 200 })).toBe(4)
    expect(await estate.oauth.purgeExpired(100)).toEqual({ grants: 0, signIns: 0, revoked: 0, unsettled: 0 })
  })

  test('does at most what it is told to', async () => {
    await using estate = await startEstate({ persona: 'microsoft' })
    for (const user of ['a', 'b', 'c']) await estate.linkAccount({ speaker: { ...ada, user } })
    estate.clock.now += 31 * DAY_MS
    expect(await estate.oauth.purgeExpired(2)).toMatchObject({ grants: 2 })
    expect(await estate.oauth.purgeExpired(2)).toMatchObject({ grants: 1 })
  })

  test('tries a revocation again every hour, and gives it up after a week', async () => {
    await using estate = await startEstate()
    await estate.linkAccount()
    estate.idp.faults.set('revocation', { kind: 'down' })
    expect(await estate.components().resetTokens('generic')).toEqual({ outcome: 'pending' })
    estate.clock.now += 60_000
    expect(await estate.oauth.purgeExpired(10)).toMatchObject({ revoked: 0, unsettled: 1 })
    expect(await estate.oauth.purgeExpired(10)).toMatchObject({ revoked: 0, unsettled: 0 })
    estate.clock.now += 60 * 60_000
    expect(await estate.oauth.purgeExpired(10)).toMatchObject({ revoked: 0, unsettled: 1 })
    estate.clock.now += 7 * DAY_MS
    await estate.oauth.purgeExpired(10)
    estate.clock.now += DAY_MS
    expect(await estate.oauth.purgeExpired(10)).toMatchObject({ revoked: 0, unsettled: 0 })
  })

  test('twice at once does no harm', async () => {
    await using estate = await startEstate()
    await estate.linkAccount()
    estate.clock.now += 31 * DAY_MS
    const summaries = await Promise.all([estate.oauth.purgeExpired(10), estate.anotherInstance().purgeExpired(10)])
    expect(summaries.reduce((sum, summary) => sum + summary.grants, 0)).toBe(1)
    estate.clock.now += DAY_MS
    await estate.oauth.purgeExpired(10)
    expect(await estate.oauth.purgeExpired(10)).toEqual({ grants: 0, signIns: 0, revoked: 0, unsettled: 0 })
  })
})
