import { describe, expect, test } from 'vitest'
import { grantKey, grants } from '../../../shared/oauth/grant.ts'
import { randomValue } from '../../../shared/oauth/one-time.ts'
import type { ProviderFetch } from '../../../shared/oauth/provider-fetch.ts'
import { signIns } from '../../../shared/oauth/sign-in-record.ts'
import type { Speaker } from '../../../shared/oauth/speaker.ts'
import { ada, type Estate, linkIdOf, mallory, openLink, startEstate } from './estate.ts'

const offer = async ({ components, service }: Estate, speaker: Speaker = ada): Promise<string> => {
  const offered = await components(speaker).requireAccount(service)
  if (offered.outcome !== 'signIn') throw new Error(offered.outcome)
  return offered.linkUrl
}

/** A browser that has been to the provider and is about to come back. */
const browserOnItsWayBack = async (estate: Estate, speaker: Speaker = ada) => {
  const browser = await openLink(estate.oauth, await offer(estate, speaker))
  const back = await estate.idp.signIn(browser.authorizationUrl, { account: 'ada' })
  return { ...browser, query: back.searchParams }
}

const hasAccount = async ({ components, service }: Estate, speaker: Speaker): Promise<boolean> =>
  (await components(speaker).requireAccount(service)).outcome === 'token'

describe('a forwarded link', () => {
  test("gives the attacker nothing without the code that only the victim's browser shows", async () => {
    await using estate = await startEstate()
    const { query, cookie } = await browserOnItsWayBack(estate, mallory)
    const finished = await estate.oauth.finishSignIn({ callback: estate.service, query, cookie })
    expect(finished.ok).toBe(true)
    expect(await hasAccount(estate, mallory)).toBe(false)
  })

  test('lets the victim see whose it is, before and after', async () => {
    await using estate = await startEstate()
    const { page, query, cookie } = await browserOnItsWayBack(estate, mallory)
    const whose = { agent: 'Travel desk', channel: 'Slack', account: 'a•••', service: 'generic' }
    expect(page).toMatchObject(whose)
    const finished = await estate.oauth.finishSignIn({ callback: estate.service, query, cookie })
    expect(finished).toMatchObject({ value: { page: whose, signedInAs: 'a•••@contoso.example' } })
  })

  test('lets the victim take it all back: "this wasn\'t me"', async () => {
    await using estate = await startEstate()
    const { query, cookie } = await browserOnItsWayBack(estate, mallory)
    const finished = await estate.oauth.finishSignIn({ callback: estate.service, query, cookie })
    if (!finished.ok) throw new Error(finished.error.code)
    const { id, code } = finished.value
    expect(await estate.oauth.disownSignIn({ id, cookie })).toMatchObject({ ok: true })
    expect(await estate.oauth.submitCode(mallory, code)).toEqual({ outcome: 'none' })
    await expect.poll(() => estate.idp.calls.count('revocation', { status: 200 })).toBe(2)
    const said = await estate.components(mallory).requireAccount(estate.service)
    expect(said).toEqual({ outcome: 'cancelled', by: 'disowned' })
  })

  test('can be disowned before the sign-in too', async () => {
    await using estate = await startEstate()
    const link = linkIdOf(await offer(estate, mallory))
    expect(await estate.oauth.disownSignIn({ id: link, cookie: undefined })).toMatchObject({ ok: true })
    expect(await estate.oauth.startSignIn({ link, cookie: undefined })).toMatchObject({ error: { code: 'link_used' } })
  })

  test('cannot be disowned by a browser that does not show the code', async () => {
    await using estate = await startEstate()
    const { query, cookie } = await browserOnItsWayBack(estate)
    const finished = await estate.oauth.finishSignIn({ callback: estate.service, query, cookie })
    if (!finished.ok) throw new Error(finished.error.code)
    const { id, code } = finished.value
    for (const other of [undefined, randomValue(256)]) {
      expect(await estate.oauth.disownSignIn({ id, cookie: other })).toMatchObject({ error: { code: 'other_browser' } })
    }
    expect(await estate.oauth.submitCode(ada, code)).toMatchObject({ outcome: 'accepted' })
  })
})

describe('a preview of the link', () => {
  test('that fetches every page first consumes nothing', async () => {
    await using estate = await startEstate()
    const linkUrl = await offer(estate)
    for (let fetched = 0; fetched < 5; fetched += 1) {
      expect(await estate.oauth.viewSignIn(linkIdOf(linkUrl))).toMatchObject({ ok: true })
    }
    expect(estate.idp.calls.count('authorization')).toBe(0)
    expect((await openLink(estate.oauth, linkUrl)).authorizationUrl).toContain('state=')
  })
})

describe('a stolen state', () => {
  test.each([
    ['no cookie', undefined],
    ['the cookie of another browser', randomValue(256)],
  ])('is worth nothing in a browser with %s, and is not used up by it', async (_, other) => {
    await using estate = await startEstate()
    const { query, cookie } = await browserOnItsWayBack(estate)
    const stolen = await estate.oauth.finishSignIn({ callback: estate.service, query, cookie: other })
    expect(stolen).toMatchObject({ error: { code: 'other_browser' } })
    expect(estate.idp.calls.count('token')).toBe(0)
    const own = await estate.oauth.finishSignIn({ callback: estate.service, query, cookie })
    expect(own).toMatchObject({ ok: true })
  })

  test.each([
    ['another', () => randomValue(256)],
    ['an empty', () => ''],
    ['no', () => undefined],
  ])('that is replaced by %s state is refused', async (_, other) => {
    await using estate = await startEstate()
    const { query, cookie } = await browserOnItsWayBack(estate)
    const state = other()
    query.delete('state')
    if (state !== undefined) query.set('state', state)
    const refused = await estate.oauth.finishSignIn({ callback: estate.service, query, cookie })
    expect(refused).toMatchObject({ error: { code: 'callback_unknown' } })
    expect(estate.idp.calls.count('token')).toBe(0)
  })

  test.each(['state', 'code', 'iss'])('with two parameters %s is refused', async name => {
    await using estate = await startEstate()
    const { query, cookie } = await browserOnItsWayBack(estate)
    query.append(name, query.get(name) ?? '')
    expect(await estate.oauth.finishSignIn({ callback: estate.service, query, cookie })).toMatchObject({ ok: false })
    expect(estate.idp.calls.count('token')).toBe(0)
  })
})

describe('a callback', () => {
  test('that is replayed is refused, and the code on the page stays good', async () => {
    await using estate = await startEstate()
    const { query, cookie } = await browserOnItsWayBack(estate)
    const first = await estate.oauth.finishSignIn({ callback: estate.service, query, cookie })
    const second = await estate.oauth.finishSignIn({ callback: estate.service, query, cookie })
    expect(second).toMatchObject({ error: { code: 'callback_unknown' } })
    expect(estate.idp.calls.count('token')).toBe(1)
    expect(await estate.oauth.submitCode(ada, first.ok ? first.value.code : '')).toMatchObject({ outcome: 'accepted' })
  })

  test('that is replayed while the first one is still with the provider is refused', async () => {
    await using estate = await startEstate()
    const { query, cookie } = await browserOnItsWayBack(estate)
    estate.idp.faults.set('token', { kind: 'slow', milliseconds: 100 })
    const first = estate.oauth.finishSignIn({ callback: estate.service, query, cookie })
    await expect.poll(() => estate.idp.calls.count('token')).toBe(1)
    const second = await estate.anotherInstance().finishSignIn({ callback: estate.service, query, cookie })
    expect(second).toMatchObject({ error: { code: 'callback_unknown' } })
    expect(await first).toMatchObject({ ok: true })
    expect(estate.idp.calls.count('token')).toBe(1)
  })

  test('that arrives eight times at once is taken once', async () => {
    await using estate = await startEstate()
    const { query, cookie } = await browserOnItsWayBack(estate)
    const instances = Array.from({ length: 8 }, () => estate.anotherInstance())
    const results = await Promise.all(
      instances.map(instance => instance.finishSignIn({ callback: estate.service, query, cookie })),
    )
    expect(results.filter(result => result.ok)).toHaveLength(1)
    expect(estate.idp.calls.count('token')).toBe(1)
  })

  test('with a code of another sign-in is refused by PKCE', async () => {
    await using estate = await startEstate()
    const victim = await browserOnItsWayBack(estate, ada)
    const attacker = await browserOnItsWayBack(estate, mallory)
    attacker.query.set('code', victim.query.get('code') ?? '')
    const injected = await estate.oauth.finishSignIn({
      callback: estate.service,
      query: attacker.query,
      cookie: attacker.cookie,
    })
    expect(injected).toMatchObject({ error: { code: 'provider_failed', failure: { error: 'invalid_grant' } } })
  })

  test('comes back to the configured address, whatever the request said', async () => {
    await using estate = await startEstate()
    const { authorizationUrl } = await openLink(estate.oauth, await offer(estate))
    expect(new URL(authorizationUrl).searchParams.get('redirect_uri')).toBe('https://auth.example.com/callback/generic')
  })

  test('carries a fresh state, nonce and S256 challenge each time', async () => {
    await using estate = await startEstate()
    const link = linkIdOf(await offer(estate))
    const seen = new Set<string>()
    for (let round = 0; round < 3; round += 1) {
      const started = await estate.oauth.startSignIn({ link, cookie: undefined })
      const { searchParams } = new URL(started.ok ? started.value.authorizationUrl : '')
      expect(searchParams.get('code_challenge_method')).toBe('S256')
      for (const name of ['state', 'nonce', 'code_challenge']) {
        expect(searchParams.get(name)).toMatch(/^[\w-]{43}$/)
        seen.add(searchParams.get(name) ?? '')
      }
    }
    expect(seen.size).toBe(9)
  })

  test('of a sign-in that has expired is refused', async () => {
    await using estate = await startEstate()
    const { query, cookie } = await browserOnItsWayBack(estate)
    estate.clock.now += 10 * 60_000
    const late = await estate.oauth.finishSignIn({ callback: estate.service, query, cookie })
    expect(late).toMatchObject({ error: { code: 'callback_unknown' } })
  })
})

describe('a mix-up of providers', () => {
  test('by the path: the answer to one service is not taken for another', async () => {
    await using estate = await startEstate()
    const { query, cookie } = await browserOnItsWayBack(estate)
    const mixed = await estate.oauth.finishSignIn({ callback: 'google', query, cookie })
    expect(mixed).toMatchObject({ error: { code: 'service_mixed_up' } })
    const again = await estate.oauth.finishSignIn({ callback: estate.service, query, cookie })
    expect(again).toMatchObject({ error: { code: 'callback_unknown' } })
    expect(estate.idp.calls.count('token')).toBe(0)
  })

  test.each([
    ['of another issuer', 'https://attacker.example'],
    ['of no issuer, where the metadata promise one', undefined],
  ])('by the answer: the code %s is sent nowhere (RFC 9207)', async (_, issuer) => {
    await using estate = await startEstate()
    const { query, cookie } = await browserOnItsWayBack(estate)
    query.delete('iss')
    if (issuer !== undefined) query.set('iss', issuer)
    const mixed = await estate.oauth.finishSignIn({ callback: estate.service, query, cookie })
    expect(mixed).toMatchObject({ error: { code: 'provider_failed', failure: { code: 'provider_answer' } } })
    expect(JSON.stringify(mixed)).toContain('issuer')
    expect(estate.idp.calls.count('token')).toBe(0)
  })

  test.each([
    ['of another issuer', (query: URLSearchParams) => query.set('iss', 'https://attacker.example')],
    ['of two issuers', (query: URLSearchParams) => query.append('iss', 'https://attacker.example')],
    ['with two states', (query: URLSearchParams) => query.append('state', query.get('state') ?? '')],
    ['with two codes', (query: URLSearchParams) => query.append('code', 'another')],
    ['without a code', (query: URLSearchParams) => query.delete('code')],
  ])("by the answer to a handler's own request: one %s is refused", async (_, tamper) => {
    await using estate = await startEstate()
    const offered = await estate.components().authorizationCode({
      name: 'crm',
      authorizationUrl: estate.idp.addresses().authorization,
      issuer: estate.idp.addresses().issuer,
      clientId: 'app-one',
      scopes: ['openid'],
    })
    if (offered.outcome !== 'signIn') throw new Error(offered.outcome)
    const { authorizationUrl, cookie } = await openLink(estate.oauth, offered.linkUrl)
    const { searchParams: query } = await estate.idp.signIn(authorizationUrl, { account: 'ada' })
    tamper(query)
    expect(await estate.oauth.finishSignIn({ callback: '~crm', query, cookie })).toMatchObject({ ok: false })
  })
})

describe('an ID token', () => {
  /** Comes back from the provider with another ID token than the provider has given. */
  const finishWith = async (estate: Estate, change: (idToken: string) => string) => {
    const { query, cookie } = await browserOnItsWayBack(estate)
    const fetch: ProviderFetch = async (url, options) => {
      const response = await estate.idp.fetch(url, options)
      const text = await response.text()
      const changed = text.replace(/"id_token":"([^"]+)"/, (_, idToken: string) => `"id_token":"${change(idToken)}"`)
      return new Response(changed, response)
    }
    return estate.anotherInstance({ fetch }).finishSignIn({ callback: estate.service, query, cookie })
  }

  const withPayload = (change: object) => (idToken: string) => {
    const [header, payload = '', signature] = idToken.split('.')
    const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), ...change }
    return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
  }

  const unsigned = (idToken: string) =>
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${idToken.split('.')[1]}.`

  test.each([
    ['about somebody else', withPayload({ sub: 'grace' })],
    ['without a signature', unsigned],
    ['of another issuer', withPayload({ iss: 'https://attacker.example' })],
    ['for another client', withPayload({ aud: 'app-two' })],
    ['with another nonce', withPayload({ nonce: randomValue(256) })],
    ['without a nonce', withPayload({ nonce: undefined })],
    ['that has expired', withPayload({ exp: 1 })],
  ])('%s is refused', async (_, change) => {
    await using estate = await startEstate()
    expect(await finishWith(estate, change)).toMatchObject({
      error: { code: 'provider_failed', failure: { code: 'provider_answer' } },
    })
    expect(await hasAccount(estate, ada)).toBe(false)
  })

  test('of another sign-in of the same person, genuine as it is, is refused for its nonce', async () => {
    await using estate = await startEstate()
    let first = ''
    await finishWith(estate, idToken => {
      first = idToken
      return idToken
    })
    await estate.oauth.cancelSignIn(ada)
    await estate.components().requireAccount(estate.service)
    const refused = await finishWith(estate, () => first)
    expect(refused).toMatchObject({ error: { failure: { reason: expect.stringContaining('nonce') } } })
  })
})

describe('the code', () => {
  /** A code that is certainly another one. */
  const wrong = (code: string) => (code.startsWith('B') ? `C${code.slice(1)}` : `B${code.slice(1)}`)

  const finish = async (estate: Estate, speaker: Speaker = ada): Promise<string> => {
    const finished = await estate.signIn({ speaker })
    if (!finished.ok) throw new Error(finished.error.code)
    return finished.value.code
  }

  test('may be wrong twice, and not a third time', async () => {
    await using estate = await startEstate()
    const code = await finish(estate)
    for (const attemptsLeft of [2, 1, 0]) {
      expect(await estate.oauth.submitCode(ada, wrong(code))).toEqual({ outcome: 'wrong', attemptsLeft })
    }
    expect(await estate.oauth.submitCode(ada, code)).toEqual({ outcome: 'none' })
    expect(await hasAccount(estate, ada)).toBe(false)
    await expect.poll(() => estate.idp.calls.count('revocation', { status: 200 })).toBe(2)
  })

  test('is still good after two wrong ones', async () => {
    await using estate = await startEstate()
    const code = await finish(estate)
    for (let round = 0; round < 2; round += 1) await estate.oauth.submitCode(ada, wrong(code))
    expect(await estate.oauth.submitCode(ada, code)).toMatchObject({ outcome: 'accepted' })
  })

  test('may not be guessed at more than three times by asking many instances at once', async () => {
    await using estate = await startEstate()
    const code = await finish(estate)
    const instances = Array.from({ length: 20 }, () => estate.anotherInstance())
    const guesses = await Promise.all(instances.map(instance => instance.submitCode(ada, wrong(code))))
    const counted = guesses.filter(guess => guess.outcome === 'wrong' && guess.attemptsLeft > 0)
    expect(counted).toHaveLength(2)
    expect(await estate.oauth.submitCode(ada, code)).toEqual({ outcome: 'none' })
  })

  test('is accepted once, however often it arrives at the same moment', async () => {
    await using estate = await startEstate()
    const code = await finish(estate)
    const instances = Array.from({ length: 8 }, () => estate.anotherInstance())
    const outcomes = await Promise.all(instances.map(instance => instance.submitCode(ada, code)))
    expect(outcomes.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1)
  })

  test('is of no use in another conversation, or to another sender in this one', async () => {
    await using estate = await startEstate()
    const code = await finish(estate)
    for (const speaker of [
      mallory,
      { ...ada, conversation: mallory.conversation },
      { ...ada, sender: mallory.sender },
    ]) {
      expect(await estate.oauth.submitCode(speaker, code)).toEqual({ outcome: 'none' })
    }
    expect(await estate.oauth.submitCode(ada, code)).toMatchObject({ outcome: 'accepted' })
  })

  test("of another user's sign-in counts as a wrong one", async () => {
    await using estate = await startEstate()
    const code = await finish(estate, ada)
    const own = await finish(estate, mallory)
    expect(await estate.oauth.submitCode(mallory, code)).toEqual({ outcome: 'wrong', attemptsLeft: 2 })
    expect(await estate.oauth.submitCode(mallory, own)).toMatchObject({ outcome: 'accepted' })
  })

  test('holds for five minutes', async () => {
    await using estate = await startEstate()
    const code = await finish(estate)
    estate.clock.now += 5 * 60_000 - 1
    expect(await estate.oauth.submitCode(ada, wrong(code))).toMatchObject({ outcome: 'wrong' })
    estate.clock.now += 1
    expect(await estate.oauth.submitCode(ada, code)).toEqual({
      outcome: 'expired',
      interrupted: { text: 'my next meeting' },
    })
    expect(await hasAccount(estate, ada)).toBe(false)
    await expect.poll(() => estate.idp.calls.count('revocation', { status: 200 })).toBe(2)
  })
})

describe('a stored record', () => {
  test("moved to another user's key does not decrypt", async () => {
    await using estate = await startEstate()
    await estate.linkAccount()
    const record = await estate.store.get(grants, grantKey(estate.service, ada.user))
    if (record === undefined) throw new Error('no grant')
    const moved = typeof record.value === 'object' ? { ...record.value, user: mallory.user } : null
    await estate.store.put(grants, grantKey(estate.service, mallory.user), { ...record, value: moved })
    expect(await hasAccount(estate, mallory)).toBe(false)
    expect(estate.logged.join()).toContain('a grant does not decrypt')
  })

  test("moved as it is, is no other user's either", async () => {
    await using estate = await startEstate()
    await estate.linkAccount()
    const record = await estate.store.get(grants, grantKey(estate.service, ada.user))
    if (record === undefined) throw new Error('no grant')
    await estate.store.put(grants, grantKey(estate.service, mallory.user), record)
    expect(await hasAccount(estate, mallory)).toBe(false)
    expect(await estate.oauth.linkedAccounts(ada.user)).toHaveLength(1)
  })

  test("of a sign-in, put under another sender's key, does not decrypt", async () => {
    await using estate = await startEstate()
    const finished = await estate.signIn()
    await offer(estate, mallory)
    const all = await estate.store.expired(signIns, estate.clock.now + 3_600_000, { limit: 10 })
    const [pending] = all.filter(({ value }) => JSON.stringify(value).includes('"phase":"code"'))
    const [own] = all.filter(({ value }) => JSON.stringify(value).includes('"phase":"offered"'))
    if (pending === undefined || own === undefined) throw new Error('no sign-ins')
    await estate.store.put(signIns, own.key, pending)
    const code = finished.ok ? finished.value.code : ''
    expect(await estate.oauth.submitCode(mallory, code)).toEqual({ outcome: 'none' })
  })
})
