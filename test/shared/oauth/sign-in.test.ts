import { describe, expect, test } from 'vitest'
import type { ProviderFetch } from '../../../shared/oauth/provider-fetch.ts'
import { ada, type Estate, linkIdOf, openLink, startEstate } from './estate.ts'

const hour = 3_600_000

describe('a sign-in', () => {
  test('replays the interrupted turn, which then finds the account', async () => {
    await using estate = await startEstate()
    const finished = await estate.signIn()
    if (!finished.ok) throw new Error(finished.error.code)
    expect(await estate.oauth.submitCode(ada, ` ${finished.value.code.toLowerCase()} `)).toMatchObject({
      outcome: 'accepted',
      interrupted: { text: 'my next meeting' },
      identity: { service: 'generic', subject: 'ada' },
      profile: { name: 'Ada Lovelace', email: 'ada@contoso.example' },
    })
    const account = await estate.components().requireAccount('generic')
    expect(account).toMatchObject({ outcome: 'token', identity: { subject: 'ada' } })
    const live = account.outcome === 'token' ? await estate.idp.introspect(account.accessToken) : undefined
    expect(live).toMatchObject({ clientId: 'app-one', account: { id: 'ada' } })
  })

  test('leaves messages alone that are no code, and codes that nobody waits for', async () => {
    await using estate = await startEstate()
    expect(await estate.oauth.submitCode(ada, 'BCD-FGH')).toEqual({ outcome: 'none' })
    await estate.signIn()
    for (const message of ['hello', '123456', 'is it BCD-FGH?']) {
      expect(await estate.oauth.submitCode(ada, message)).toEqual({ outcome: 'none' })
    }
  })

  test('can be started again by a browser that went back', async () => {
    await using estate = await startEstate()
    const offered = await estate.components().requireAccount('generic')
    if (offered.outcome !== 'signIn') throw new Error(offered.outcome)
    const first = await openLink(estate.oauth, offered.linkUrl)
    const link = linkIdOf(offered.linkUrl)
    const started = await estate.oauth.startSignIn({ link, cookie: first.cookie })
    if (!started.ok) throw new Error(started.error.code)
    expect(started.value.setCookie).toContain(first.cookie)
    const { searchParams: query } = await estate.idp.signIn(started.value.authorizationUrl, { account: 'ada' })
    const finished = await estate.oauth.finishSignIn({ callback: 'generic', query, cookie: first.cookie })
    expect(finished).toMatchObject({ ok: true })
  })

  test('is told to be over once its link has done its work', async () => {
    await using estate = await startEstate()
    const offered = await estate.components().requireAccount('generic')
    if (offered.outcome !== 'signIn') throw new Error(offered.outcome)
    const browser = await openLink(estate.oauth, offered.linkUrl)
    const { searchParams: query } = await estate.idp.signIn(browser.authorizationUrl, { account: 'ada' })
    await estate.oauth.finishSignIn({ callback: 'generic', query, cookie: browser.cookie })
    // The page with the code has an id of its own; that of the link is forgotten.
    const refused = { error: { code: 'link_unknown' } }
    expect(await estate.oauth.viewSignIn(linkIdOf(offered.linkUrl))).toMatchObject(refused)
    expect(await estate.oauth.startSignIn({ link: linkIdOf(offered.linkUrl), cookie: undefined })).toMatchObject(
      refused,
    )
  })

  test('can be taken up for ten minutes', async () => {
    await using estate = await startEstate()
    const offered = await estate.components().requireAccount('generic')
    if (offered.outcome !== 'signIn') throw new Error(offered.outcome)
    expect(offered.expiresAt).toBe(estate.clock.now + 10 * 60_000)
    estate.clock.now = offered.expiresAt - 1
    expect(await estate.oauth.viewSignIn(linkIdOf(offered.linkUrl))).toMatchObject({ ok: true })
    estate.clock.now += 1
    expect(await estate.oauth.viewSignIn(linkIdOf(offered.linkUrl))).toMatchObject({ error: { code: 'link_unknown' } })
  })

  test('that comes back at the last moment is not cut off while the provider is asked', async () => {
    await using estate = await startEstate()
    const offered = await estate.components().requireAccount('generic')
    if (offered.outcome !== 'signIn') throw new Error(offered.outcome)
    const browser = await openLink(estate.oauth, offered.linkUrl)
    const { searchParams: query } = await estate.idp.signIn(browser.authorizationUrl, { account: 'ada' })
    estate.clock.now = offered.expiresAt - 1
    const fetch: ProviderFetch = async (url, options) => {
      estate.clock.now += 1000
      await estate.oauth.purgeExpired(10)
      return estate.idp.fetch(url, options)
    }
    const late = estate.anotherInstance({ fetch }).finishSignIn({ callback: 'generic', query, cookie: browser.cookie })
    expect(await late).toMatchObject({ ok: true })
  })

  test('gives way to a newer one in the same conversation, and what it brought is revoked', async () => {
    await using estate = await startEstate()
    const finished = await estate.signIn()
    const offered = await estate.components().authorizationCode({
      name: 'crm',
      authorizationUrl: estate.idp.addresses().authorization,
      clientId: 'app-one',
      scopes: [],
    })
    expect(offered.outcome).toBe('signIn')
    expect(await estate.oauth.submitCode(ada, finished.ok ? finished.value.code : '')).toEqual({ outcome: 'none' })
    await expect.poll(() => estate.idp.calls.count('revocation', { status: 200 })).toBe(2)
  })

  test('that is overtaken by a newer one while the browser is at the provider brings nothing', async () => {
    await using estate = await startEstate()
    const offered = await estate.components().requireAccount('generic')
    if (offered.outcome !== 'signIn') throw new Error(offered.outcome)
    const browser = await openLink(estate.oauth, offered.linkUrl)
    const { searchParams: query } = await estate.idp.signIn(browser.authorizationUrl, { account: 'ada' })
    await estate.components().requireAccount('generic')
    const late = await estate.oauth.finishSignIn({ callback: 'generic', query, cookie: browser.cookie })
    expect(late).toMatchObject({ error: { code: 'callback_unknown' } })
  })

  test('does not keep a turn that is too large, and goes on without it', async () => {
    await using estate = await startEstate()
    const turn = { interrupted: { text: 'x'.repeat(70_000) } }
    expect(await estate.components(ada, turn).requireAccount('generic')).toMatchObject({ outcome: 'signIn' })
    expect(await estate.oauth.cancelSignIn(ada)).toEqual({ outcome: 'cancelled' })
  })
})

describe('a user who does not want to', () => {
  test('cancels in the conversation: the interrupted turn hears it once, then a new sign-in begins', async () => {
    await using estate = await startEstate()
    await estate.components(ada, { interrupted: { text: 'my next meeting' } }).requireAccount('generic')
    expect(await estate.oauth.cancelSignIn(ada)).toEqual({
      outcome: 'cancelled',
      interrupted: { text: 'my next meeting' },
    })
    expect(await estate.oauth.cancelSignIn(ada)).toEqual({ outcome: 'none' })
    expect(await estate.components().requireAccount('generic')).toEqual({ outcome: 'cancelled', by: 'user' })
    expect(await estate.components().requireAccount('generic')).toMatchObject({ outcome: 'signIn' })
  })

  test('cancels while the code is shown: what the provider gave is revoked', async () => {
    await using estate = await startEstate()
    const finished = await estate.signIn()
    expect(await estate.oauth.cancelSignIn(ada)).toMatchObject({ outcome: 'cancelled' })
    expect(await estate.oauth.submitCode(ada, finished.ok ? finished.value.code : '')).toEqual({ outcome: 'none' })
    await expect.poll(() => estate.idp.calls.count('revocation', { status: 200 })).toBe(2)
  })

  test('has nothing to cancel when nothing is under way', async () => {
    await using estate = await startEstate()
    expect(await estate.oauth.cancelSignIn(ada)).toEqual({ outcome: 'none' })
  })
})

describe('forced re-login', () => {
  const reauthenticate = async ({ oauth, idp, components }: Estate) => {
    const offered = await components().requireAccount('generic', { maxAgeSeconds: 60 })
    if (offered.outcome !== 'signIn') throw new Error(offered.outcome)
    const { authorizationUrl, cookie } = await openLink(oauth, offered.linkUrl)
    const { searchParams: query } = await idp.signIn(authorizationUrl, { account: 'ada' })
    return oauth.finishSignIn({ callback: 'generic', query, cookie })
  }

  test('satisfies the replayed turn, and is asked for again when it is too long ago', async () => {
    await using estate = await startEstate()
    await estate.linkAccount()
    const finished = await reauthenticate(estate)
    if (!finished.ok) throw new Error(JSON.stringify(finished.error))
    estate.clock.now += 4 * 60_000
    expect(await estate.oauth.submitCode(ada, finished.value.code)).toMatchObject({ outcome: 'accepted' })
    const again = () => estate.components().requireAccount('generic', { maxAgeSeconds: 60 })
    expect(await again()).toMatchObject({ outcome: 'token' })
    estate.clock.now += 61_000
    expect(await estate.components().requireAccount('generic')).toMatchObject({ outcome: 'token' })
    expect(await again()).toMatchObject({ outcome: 'signIn' })
  })

  test('is refused when the provider says that the user has long been signed in', async () => {
    await using estate = await startEstate()
    // In our eyes the provider's auth_time is ten minutes old.
    estate.clock.now += 10 * 60_000
    expect(await reauthenticate(estate)).toMatchObject({
      error: { code: 'user_unproven', reason: 'not_reauthenticated' },
    })
    await expect.poll(() => estate.idp.calls.count('revocation', { status: 200 })).toBe(2)
  })
})

describe('an access token', () => {
  test('that its resource server refuses is refreshed, though it has not expired', async () => {
    await using estate = await startEstate()
    await estate.linkAccount()
    const first = await estate.components().requireAccount('generic')
    if (first.outcome !== 'token') throw new Error(first.outcome)
    const second = await estate.components().requireAccount('generic', { rejected: first.accessToken })
    expect(second).toMatchObject({ outcome: 'token', accessToken: expect.not.stringMatching(first.accessToken) })
    // Asked for by another turn that has the old one too: the new one is already there.
    await estate.components().requireAccount('generic', { rejected: first.accessToken })
    expect(estate.idp.calls.count('token', { grantType: 'refresh_token' })).toBe(1)
  })

  test('is renewed a minute before its end, and in that minute still good if the provider is away', async () => {
    await using estate = await startEstate()
    await estate.linkAccount()
    const first = await estate.components().requireAccount('generic')
    estate.idp.faults.set('token', { kind: 'down' })
    estate.clock.now += hour - 60_000
    expect(await estate.components().requireAccount('generic')).toEqual(first)
    expect(estate.idp.calls.count('token')).toBe(2)
    estate.clock.now += 60_000
    expect(await estate.components().requireAccount('generic')).toMatchObject({ outcome: 'failed' })
    estate.idp.faults.clear()
    expect(await estate.components().requireAccount('generic')).toMatchObject({ outcome: 'token' })
  })

  test('without a refresh token is good to its end', async () => {
    await using estate = await startEstate({ settings: { scopes: ['openid'], authorizationParameters: {} } })
    await estate.linkAccount()
    estate.clock.now += hour - 1
    expect(await estate.components().requireAccount('generic')).toMatchObject({ outcome: 'token' })
    estate.clock.now += 1
    expect(await estate.components().requireAccount('generic')).toMatchObject({ outcome: 'signIn' })
  })

  test('is kept as long as the settings say, counted from the last refresh', async () => {
    await using estate = await startEstate({ settings: { refreshTokenRetentionDays: 2 } })
    await estate.linkAccount()
    for (let day = 0; day < 3; day += 1) {
      estate.clock.now += 24 * hour
      expect(await estate.components().requireAccount('generic')).toMatchObject({ outcome: 'token' })
    }
    estate.clock.now += 48 * hour
    expect(await estate.components().requireAccount('generic')).toMatchObject({ outcome: 'signIn' })
  })

  test('is kept for a day, refreshed or not, where the session alone vouches for the speaker; then it is purged and revoked', async () => {
    await using estate = await startEstate()
    const speaker = { ...ada, sessionOnly: true }
    await estate.linkAccount({ speaker })
    for (const hours of [12, 24]) {
      estate.clock.now += 12 * hour - 1
      const account = await estate.components(speaker).requireAccount('generic')
      expect([hours, account.outcome]).toEqual([hours, 'token'])
      estate.clock.now += 1
    }
    expect(await estate.components(speaker).requireAccount('generic')).toMatchObject({ outcome: 'signIn' })
    expect(await estate.oauth.purgeExpired(10)).toMatchObject({ grants: 1 })
    expect(estate.idp.calls.count('revocation', { status: 200 })).toBeGreaterThan(0)
  })
})
