import * as openid from 'openid-client'
import { describe, expect, it } from 'vitest'
import { verifySessionToken } from '../../../shared/verification/session-token.ts'
import type { Sent } from './browser.ts'
import { APPLICATION, type ServedAuth, type ServedOptions, serveAuth } from './served-auth.ts'

const SESSION = 'projects/example/locations/global/agents/a1/sessions/s1'
const AGENT = 'projects/example/locations/global/agents/a1'

const serve = (options: ServedOptions = {}) =>
  serveAuth({ ...options, settings: { sessionClientIds: [APPLICATION.clientId], ...options.settings } })

/** The application signs its user in for itself. */
const idTokenFor = async (
  { idp }: ServedAuth,
  account = 'ada',
  clientId = APPLICATION.clientId,
  redirectUri = APPLICATION.redirectUri,
  secret = APPLICATION.clientSecret,
) => {
  const configuration = await openid.discovery(
    new URL(idp.addresses().issuer),
    clientId,
    {},
    openid.ClientSecretBasic(secret),
    {
      execute: [openid.allowInsecureRequests],
    },
  )
  const pkceCodeVerifier = openid.randomPKCECodeVerifier()
  const url = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: 'openid',
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const { id_token: idToken = '' } = await openid.authorizationCodeGrant(
    configuration,
    await idp.signIn(url, { account }),
    {
      pkceCodeVerifier,
    },
  )
  return idToken
}

const exchange = async (served: ServedAuth, body: unknown, sent: Sent = {}) => {
  const {
    status,
    headers,
    body: text,
  } = await served.browser().send('/session', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...sent.headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status, headers, json: JSON.parse(text) }
}

const lastReason = ({ entries }: ServedAuth) => entries.at(-1)?.fields

describe('POST /session', () => {
  it('gives a session token for the ID token of an application, good for this agent and this session', async () => {
    await using served = await serve()
    const idToken = await idTokenFor(served)
    const { status, headers, json } = await exchange(served, { service: 'generic', idToken, session: SESSION })
    expect([status, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8'])
    const expected = { issuer: served.baseUrl, agent: AGENT, session: SESSION, keys: served.sessionKeys.keys }
    expect(verifySessionToken(json.sessionToken, expected, served.clock.now)).toMatchObject({
      ok: true,
      value: { service: 'generic', subject: 'ada', expiresAt: Date.parse(json.expireTime) },
    })
    const other = { ...expected, session: `${SESSION}2` }
    expect(verifySessionToken(json.sessionToken, other, served.clock.now)).toMatchObject({ ok: false })
  })

  it('is logged without either token or the session', async () => {
    await using served = await serve()
    const idToken = await idTokenFor(served)
    const { json } = await exchange(served, { service: 'generic', idToken, session: SESSION })
    await exchange(served, { service: 'generic', idToken: `${idToken}x`, session: SESSION })
    const logged = JSON.stringify(served.entries)
    expect(served.entries).toHaveLength(2)
    for (const secret of [idToken.split('.')[2] ?? '-', json.sessionToken, SESSION, 'ada']) {
      expect(logged).not.toContain(secret)
    }
  })

  it('refuses the ID token of an application that the service does not name', async () => {
    await using served = await serve()
    const idToken = await idTokenFor(
      served,
      'ada',
      'app-one',
      `${served.baseUrl}/callback/generic`,
      served.environment.SECRET,
    )
    const { status, headers, json } = await exchange(served, { service: 'generic', idToken, session: SESSION })
    expect([status, json.error.status, headers['www-authenticate']]).toEqual([401, 'UNAUTHENTICATED', 'Bearer'])
    expect(lastReason(served)).toMatchObject({
      code: 'id_token_refused',
      evidence: { reason: expect.stringContaining('aud') },
    })
  })

  it('refuses an ID token that is forged, of another issuer or expired', async () => {
    await using served = await serve({ lifetimes: { idToken: 60 } })
    await using other = await serve()
    const idToken = await idTokenFor(served)
    const [header = '', payload = '', signature = ''] = idToken.split('.')
    const claims = Buffer.from(payload, 'base64url').toString().replace('"ada"', '"eve"')
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    const forged = [
      `${header}.${Buffer.from(claims).toString('base64url')}.${signature}`,
      `${none}.${payload}.`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      'a.b.c',
      '',
      await idTokenFor(other),
    ]
    for (const token of forged) {
      const { status, json } = await exchange(served, { service: 'generic', idToken: token, session: SESSION })
      expect([status, json.error.code]).toEqual([401, 401])
    }
    served.clock.now += 130_000
    expect((await exchange(served, { service: 'generic', idToken, session: SESSION })).status).toBe(401)
    expect(lastReason(served)).toMatchObject({ evidence: { reason: expect.stringContaining('exp') } })
  })

  it('tells an unknown service from one that exchanges nothing only in the log', async () => {
    await using served = await serveAuth()
    const answers = [
      await exchange(served, { service: 'generic', idToken: 'x', session: SESSION }),
      await exchange(served, { service: '__proto__', idToken: 'x', session: SESSION }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([403, 403])
    expect(answers[0]?.json).toEqual(answers[1]?.json)
    expect(served.entries.map(({ fields }) => fields.code)).toEqual(['service_closed', 'service_unknown'])
  })

  it.each([
    ['no JSON', 'x', 'not JSON'],
    ['no object', [], 'wrong fields'],
    ['null', null, 'wrong fields'],
    ['a field too few', { service: 'generic', idToken: 'x' }, 'wrong fields'],
    ['a field too many', { service: 'generic', idToken: 'x', session: SESSION, admin: true }, 'wrong fields'],
    ['a wrong type', { service: ['generic'], idToken: 'x', session: SESSION }, 'wrong fields'],
    ['a prototype', '{"__proto__":{"service":"generic"},"idToken":"x","session":"y"}', 'wrong fields'],
    ['a session’s id alone', { service: 'generic', idToken: 'x', session: 's1' }, 'no session name'],
    ['an agent without a session', { service: 'generic', idToken: 'x', session: AGENT }, 'no session name'],
    [
      'an endless session',
      { service: 'generic', idToken: 'x', session: `${SESSION}${'x'.repeat(500)}` },
      'wrong fields',
    ],
    ['an endless token', { service: 'generic', idToken: 'x'.repeat(17_000), session: SESSION }, 'wrong fields'],
  ])('refuses a body with %s', async (_, body, reason) => {
    await using served = await serve()
    const { status, json } = await exchange(served, body)
    expect([status, json.error.status]).toEqual([400, 'INVALID_ARGUMENT'])
    expect(lastReason(served)).toMatchObject({ code: 'body_invalid', evidence: { reason } })
  })

  it.each([
    ['413', {}, 'x'.repeat(21_000)],
    ['413', { 'Transfer-Encoding': 'chunked' }, 'x'.repeat(500_000)],
    ['415', { 'Content-Type': 'text/plain' }, '{}'],
    ['415', { 'Content-Type': 'application/x-www-form-urlencoded' }, '{}'],
  ])('refuses with %s what is no JSON of a few kilobytes', async (expected, headers, body) => {
    await using served = await serve()
    const { status, json } = await exchange(served, body, { headers })
    expect([String(status), json.error.status]).toEqual([expected, 'INVALID_ARGUMENT'])
  })

  it('has no other method, and allows no other origin', async () => {
    await using served = await serve()
    for (const method of ['GET', 'PUT', 'OPTIONS', 'DELETE']) {
      const { status, headers, body } = await served.browser().send('/session', {
        method,
        headers: { Origin: 'https://app.example', 'Access-Control-Request-Method': 'POST' },
      })
      expect([status, headers.allow, JSON.parse(body).error.code]).toEqual([405, 'POST', 405])
      expect(Object.keys(headers).filter(name => name.startsWith('access-control'))).toEqual([])
    }
  })

  it('is there for so many a second', async () => {
    await using served = await serveAuth()
    const statuses = []
    for (let call = 0; call < 62; call += 1) statuses.push((await exchange(served, '')).status)
    expect(statuses.slice(58)).toEqual([400, 400, 429, 429])
    served.clock.now += 1000
    const { status } = await exchange(served, '')
    expect(status).toBe(400)
  })

  it('says that the keys cannot be had while the provider is down', async () => {
    await using served = await serve()
    const idToken = await idTokenFor(served)
    served.idp.faults.set('jwks', { kind: 'down' })
    const { status, headers, json } = await exchange(served, { service: 'generic', idToken, session: SESSION })
    expect([status, json.error.status, headers['retry-after']]).toEqual([503, 'UNAVAILABLE', '5'])
  })
})
