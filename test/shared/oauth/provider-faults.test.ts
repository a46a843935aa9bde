import { describe, expect, test, vi } from 'vitest'
import type { Fault } from '../../../infra/local/identity-provider/identity-provider-faults.ts'
import { providerFetch } from '../../../shared/oauth/provider-fetch.ts'
import { ada, type Estate, servicesOf, settingsOf, startEstate } from './estate.ts'

const hour = 3_600_000

/** What a provider that is not itself answers, and what the operator reads. */
const faults: readonly (readonly [string, Fault, string])[] = [
  ['is down', { kind: 'down' }, 'provider_unreachable'],
  ['answers with a web page', { kind: 'html' }, 'provider_answer'],
  ['answers 500', { kind: 'status', status: 500 }, 'provider_status'],
  ['answers 429', { kind: 'status', status: 429 }, 'provider_status'],
  ['answers 302', { kind: 'status', status: 302 }, 'provider_status'],
  ['answers what is no JSON', { kind: 'json', text: '{"access_token": ' }, 'provider_answer'],
  ['answers null', { kind: 'json', text: 'null' }, 'provider_answer'],
  ['answers an empty object', { kind: 'json', text: '{}' }, 'provider_answer'],
  [
    'answers an access token that is none',
    { kind: 'json', text: '{"access_token":7,"token_type":"Bearer"}' },
    'provider_answer',
  ],
  [
    'answers a megabyte',
    { kind: 'json', text: JSON.stringify({ access_token: 'a', token_type: 'Bearer', x: 'y'.repeat(1_000_000) }) },
    'provider_answer',
  ],
]

const deadlineOf = (ms: number) => ({ signal: AbortSignal.timeout(ms) })

const expired = async (estate: Estate) => {
  await estate.linkAccount()
  estate.clock.now += hour
}

describe.each(faults)('a token endpoint that %s', (_, fault, code) => {
  test('fails client credentials with a reason, and they work again afterwards', async () => {
    await using estate = await startEstate()
    estate.idp.faults.set('token', fault, 1)
    const { clientCredentials } = estate.components()
    expect(await clientCredentials('generic-client')).toMatchObject({ outcome: 'failed', failure: { code } })
    expect(estate.logged.join()).toContain(code)
    expect(await clientCredentials('generic-client')).toMatchObject({ outcome: 'token' })
  })

  test('fails a refresh with a reason, and loses no grant', async () => {
    await using estate = await startEstate()
    await expired(estate)
    estate.idp.faults.set('token', fault, 1)
    expect(await estate.components().requireAccount('generic')).toMatchObject({ outcome: 'failed', failure: { code } })
    expect(await estate.components().requireAccount('generic')).toMatchObject({ outcome: 'token' })
  })

  test('fails a sign-in with a page, and the next one works', async () => {
    await using estate = await startEstate()
    estate.idp.faults.set('token', fault, 1)
    expect(await estate.signIn()).toMatchObject({ error: { code: 'provider_failed', failure: { code }, page: {} } })
    expect(estate.logged.join()).toContain(`"code":"provider_failed","failure":{"code":"${code}"`)
    expect(await estate.components().requireAccount('generic')).toMatchObject({
      outcome: 'failed',
      failure: { code: 'sign_in_failed', reason: code },
    })
    await estate.linkAccount()
  })
})

describe.each(['discovery', 'jwks'] as const)('a fault at %s', endpoint => {
  test.each(faults.filter(([name]) => !name.includes('access token')))(
    'that %s ends in a page, and nothing is lost',
    async (_, fault) => {
      await using estate = await startEstate()
      estate.idp.faults.set(endpoint, fault, 1)
      const offered = await estate.components().requireAccount('generic')
      expect(offered).toMatchObject({ outcome: 'signIn' })
      const refused = endpoint === 'discovery' ? await start(estate, offered) : await estate.signIn()
      expect(refused).toMatchObject({ error: { code: 'provider_failed' } })
      await estate.components().requireAccount('generic') // hears of it
      await estate.linkAccount()
    },
  )
})

const start = async ({ oauth }: Estate, offered: object) => {
  const link = 'linkUrl' in offered ? String(offered.linkUrl).split('/').at(-1) : ''
  return oauth.startSignIn({ link: link ?? '', cookie: undefined })
}

test("a refresh does not need the provider's keys, so that nothing it brings is lost with them", async () => {
  await using estate = await startEstate({ rotation: true })
  await expired(estate)
  estate.idp.faults.set('jwks', { kind: 'down' })
  const another = estate.anotherInstance().forTurn({ ...turnOf(estate), speaker: ada })
  expect(await another.requireAccount('generic')).toMatchObject({ outcome: 'token' })
})

describe('a revocation endpoint', () => {
  test.each(faults.slice(0, 5))('that %s leaves nothing here, and is asked again later', async (_, fault) => {
    await using estate = await startEstate()
    await estate.linkAccount()
    const account = await estate.components().requireAccount('generic')
    if (account.outcome !== 'token') throw new Error(account.outcome)
    estate.idp.faults.set('revocation', fault)
    const reset = await estate.components().resetTokens('generic')
    expect(reset.outcome).toBe(fault.kind === 'html' ? 'revoked' : 'pending')
    expect(await estate.oauth.linkedAccounts('slack:T1:ada')).toEqual([])
    if (reset.outcome !== 'pending') return

    estate.idp.faults.clear()
    expect(await estate.oauth.purgeExpired(10)).toMatchObject({ revoked: 0 })
    estate.clock.now += 60_000
    expect(await estate.oauth.purgeExpired(10)).toMatchObject({ revoked: 1, unsettled: 0 })
    expect(await estate.idp.introspect(account.accessToken)).toBeUndefined()
    expect(await estate.oauth.purgeExpired(10)).toMatchObject({ revoked: 0, unsettled: 0 })
  })
})

describe('a deadline', () => {
  test('ends the waiting, not the refresh: the next turn finds it done', async () => {
    await using estate = await startEstate()
    await expired(estate)
    estate.idp.faults.set('token', { kind: 'slow', milliseconds: 150 }, 1)
    const impatient = await estate.components(undefined, deadlineOf(20)).requireAccount('generic')
    expect(impatient).toEqual({ outcome: 'failed', failure: { code: 'deadline' } })
    expect(await estate.components().requireAccount('generic')).toMatchObject({ outcome: 'token' })
    expect(estate.idp.calls.count('token', { grantType: 'refresh_token' })).toBe(1)
  })

  test('that has passed already is kept too', async () => {
    await using estate = await startEstate()
    estate.idp.faults.set('token', { kind: 'slow', milliseconds: 150 })
    const { clientCredentials } = estate.components(undefined, { signal: AbortSignal.abort() })
    expect(await clientCredentials('generic-client')).toEqual({ outcome: 'failed', failure: { code: 'deadline' } })
  })

  test('ends the waiting for a revocation, which goes on', async () => {
    await using estate = await startEstate()
    await estate.linkAccount()
    estate.idp.faults.set('revocation', { kind: 'slow', milliseconds: 100 })
    const reset = await estate.components(undefined, deadlineOf(30)).resetTokens('generic')
    expect(reset).toEqual({ outcome: 'pending' })
    await expect.poll(() => estate.idp.calls.count('revocation', { status: 200 })).toBe(2)
    expect(await estate.oauth.linkedAccounts('slack:T1:ada')).toEqual([])
  })

  test('of ours ends every request to a provider', async () => {
    const stopped = AbortSignal.abort(new DOMException('late', 'TimeoutError'))
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(stopped)
    await using estate = await startEstate()
    const service = servicesOf([settingsOf('generic', estate.idp)]).get('generic')
    if (service === undefined) throw new Error('no service')
    const fetchNever = providerFetch(service, (_, { signal }) => Promise.reject(signal?.reason), true)
    const request = fetchNever(estate.idp.url.href, { method: 'GET', headers: {}, body: undefined, redirect: 'manual' })
    await expect(request).rejects.toMatchObject({ failure: { code: 'provider_timeout' } })
    expect(timeout).toHaveBeenCalledWith(5000)
  })
})

describe('concurrent callers', () => {
  test('of client credentials make one request', async () => {
    await using estate = await startEstate()
    const { clientCredentials } = estate.components()
    const tokens = await Promise.all(Array.from({ length: 20 }, () => clientCredentials('generic-client')))
    expect(new Set(tokens.map(token => token.outcome === 'token' && token.accessToken)).size).toBe(1)
    expect(estate.idp.calls.count('token')).toBe(1)
    expect(estate.idp.calls.count('discovery')).toBe(1)
  })

  test('get another token shortly before the first one ends, or when it is refused', async () => {
    await using estate = await startEstate()
    const { clientCredentials } = estate.components()
    const first = await clientCredentials('generic-client')
    estate.clock.now += hour - 60_001
    expect(await clientCredentials('generic-client')).toEqual(first)
    estate.clock.now += 1
    const second = await clientCredentials('generic-client')
    if (second.outcome !== 'token') throw new Error(second.outcome)
    expect(second).not.toEqual(first)
    expect(await clientCredentials('generic-client', { rejected: second.accessToken })).not.toEqual(second)
    expect(estate.idp.calls.count('token')).toBe(3)
  })
})

describe("a provider's metadata", () => {
  test('that lead into our own network are not followed', async () => {
    await using estate = await startEstate()
    for (const url of [
      'http://169.254.169.254/token',
      'https://metadata.google.internal/token',
      'https://10.0.0.1/token',
    ]) {
      const metadata = { issuer: estate.idp.addresses().issuer, token_endpoint: url }
      estate.idp.faults.set('discovery', { kind: 'json', text: JSON.stringify(metadata) })
      const outcome = await estate.anotherInstance().forTurn(turnOf(estate)).clientCredentials('generic-client')
      expect(outcome).toMatchObject({ failure: { code: 'provider_endpoint' } })
    }
  })

  test('that would send the browser somewhere odd are not followed', async () => {
    await using estate = await startEstate()
    const { issuer, token } = estate.idp.addresses()
    const metadata = { issuer, token_endpoint: token, authorization_endpoint: 'https://router.local/login' }
    estate.idp.faults.set('discovery', { kind: 'json', text: JSON.stringify(metadata) })
    const offered = await estate.components().requireAccount('generic')
    expect(await start(estate, offered)).toMatchObject({
      error: { code: 'provider_failed', failure: { code: 'provider_endpoint' } },
    })
  })

  test('of another issuer are refused', async () => {
    await using estate = await startEstate()
    const text = JSON.stringify({ issuer: 'https://attacker.example', token_endpoint: estate.idp.addresses().token })
    estate.idp.faults.set('discovery', { kind: 'json', text })
    expect(await estate.components().clientCredentials('generic-client')).toMatchObject({
      failure: { code: 'provider_answer' },
    })
  })

  test('are read again after an hour, and the old ones serve while that fails', async () => {
    await using estate = await startEstate()
    const { clientCredentials } = estate.components()
    await clientCredentials('generic-client')
    estate.idp.faults.set('discovery', { kind: 'down' })
    estate.clock.now += hour
    expect(await clientCredentials('generic-client')).toMatchObject({ outcome: 'token' })
    estate.idp.faults.clear()
    estate.clock.now += hour
    await clientCredentials('generic-client')
    expect(estate.idp.calls.count('discovery', { status: 200 })).toBe(2)
  })
})

const turnOf = (_: Estate) => ({
  speaker: { user: 'u', sender: 's', conversation: 'c' },
  shown: { agent: 'a', channel: 'c', account: 'x', language: 'en' },
  signal: AbortSignal.timeout(5000),
})
