import { describe, expect, it } from 'vitest'
import type { JsonObject, JsonValue } from '../../../shared/runtime/json.ts'
import { type ExpectedClaims, verifyClaims } from '../../../shared/verification/identity-token-claims.ts'
import { AUDIENCE, headersWith, NOW, refusalOf, SERVICE_AGENT } from './call.ts'
import { genuineClaims } from './tokens.ts'

const SKEW = 60
const seconds = NOW / 1000
const expected: ExpectedClaims = { audiences: [AUDIENCE, 'another'], serviceAgents: [SERVICE_AGENT] }

type ClaimChanges = Readonly<Record<string, JsonValue | undefined>>

const claimsWith = (changes: ClaimChanges): JsonObject =>
  // As in a token: what is undefined is not there.
  JSON.parse(JSON.stringify({ ...genuineClaims, ...changes }))

const verify = (changes: ClaimChanges = {}, now = NOW, accepted = expected) =>
  verifyClaims(claimsWith(changes), accepted, now)

const refusal = (changes: ClaimChanges, now = NOW, accepted = expected) =>
  refusalOf(verify(changes, now, accepted), { headers: headersWith() })

describe('the claims of a genuine token', () => {
  it('name the service agent', () => {
    const expiresAt = genuineClaims.exp * 1000
    expect(verify()).toEqual({ ok: true, value: { email: SERVICE_AGENT, audience: AUDIENCE, expiresAt } })
  })

  it('may be followed by others', () => {
    expect(verify({ azp: 'x', sub: 'x', nonce: [1], __proto__x: {} }).ok).toBe(true)
  })
})

describe('the issuer', () => {
  it.each(['https://accounts.google.com', 'accounts.google.com'])('is %s', iss => {
    expect(verify({ iss }).ok).toBe(true)
  })

  it.each([
    'http://accounts.google.com',
    'https://accounts.google.com/',
    'https://Accounts.google.com',
    'https://accounts.google.com.evil.example',
    'https://evil.example/accounts.google.com',
    'https://cloud.google.com/iap',
    'https://securetoken.google.com/project',
    ' accounts.google.com',
    '',
  ])('is not %j', iss => {
    expect(refusal({ iss })).toMatchObject({ code: 'token_issuer', observed: iss })
  })

  it.each([[undefined], [null], [1], [['accounts.google.com']], [{}]])('is not %j', iss => {
    expect(refusal({ iss })).toMatchObject({ code: 'token_issuer', observed: `(${typeof iss})` })
  })
})

describe('the audience', () => {
  it.each([AUDIENCE, 'another'])('is one of ours, whole: %s', aud => {
    expect(verify({ aud })).toMatchObject({ ok: true, value: { audience: aud } })
  })

  it.each([
    ['a slash at the end', `${AUDIENCE}/`],
    ['no path', 'https://webhook.example'],
    ['a longer path', `${AUDIENCE}/x`],
    ['a prefix', AUDIENCE.slice(0, -1)],
    ['a query', `${AUDIENCE}?a=1`],
    ['a fragment', `${AUDIENCE}#`],
    ['another scheme', AUDIENCE.replace('https', 'http')],
    ['the port', AUDIENCE.replace('.example', '.example:443')],
    ['capital letters', AUDIENCE.toUpperCase()],
    ['a user', AUDIENCE.replace('//', '//x@')],
    ['a blank', `${AUDIENCE} `],
    ['both of ours', `${AUDIENCE},another`],
    ['a letter that looks alike', AUDIENCE.replace('e', 'е')],
    ['nothing', ''],
    ['another webhook', 'https://other.example/'],
  ])('is not ours with %s, and is shown', (_, aud) => {
    expect(refusal({ aud })).toEqual({ code: 'token_audience', observed: aud, expected: expected.audiences })
  })

  it.each<readonly [JsonValue | undefined]>([
    [undefined],
    [null],
    [0],
    [true],
    [{}],
    [[]],
    [[AUDIENCE]],
    [[AUDIENCE, 'x']],
  ])('is one string, not %j', aud => {
    expect(refusal({ aud })).toMatchObject({ code: 'token_audience', observed: `(${typeof aud})` })
  })

  it.each<readonly [JsonValue | undefined]>([[undefined], [''], [AUDIENCE], [null]])(
    'is nobody’s where none is accepted: %j',
    aud => {
      expect(refusal({ aud }, NOW, { ...expected, audiences: [] })).toMatchObject({
        code: 'token_audience',
        expected: [],
      })
    },
  )
})

describe('the service agent', () => {
  it.each([
    ['another project', SERVICE_AGENT.replace('123456789012', '123456789013')],
    ['another service', SERVICE_AGENT.replace('dialogflow', 'ces')],
    ['a domain that begins alike', `${SERVICE_AGENT}.evil.example`],
    ['a domain that ends alike', SERVICE_AGENT.replace('@', '@evil.')],
    ['capital letters', SERVICE_AGENT.toUpperCase()],
    ['a tag', SERVICE_AGENT.replace('@', '+x@')],
    ['a name before', `"Dialogflow" <${SERVICE_AGENT}>`],
    ['a blank', ` ${SERVICE_AGENT}`],
    ['a line break', `${SERVICE_AGENT}\n`],
    ['a letter that looks alike', SERVICE_AGENT.replace('o', 'о')],
    ['a NUL', `${SERVICE_AGENT}\0`],
    ['nothing', ''],
    ['a person', 'somebody@gmail.com'],
  ])('is not ours with %s', (_, email) => {
    expect(refusal({ email })).toMatchObject({ code: 'token_service_agent', expected: [SERVICE_AGENT] })
  })

  it.each<readonly [JsonValue | undefined]>([[undefined], [null], [1], [[SERVICE_AGENT]], [{}]])('is not %j', email => {
    expect(refusal({ email })).toMatchObject({ code: 'token_service_agent', observed: `(${typeof email})` })
  })

  it('is nobody where nobody is accepted', () => {
    expect(refusal({}, NOW, { ...expected, serviceAgents: [] })).toMatchObject({ code: 'token_service_agent' })
    expect(refusal({ email: undefined }, NOW, { ...expected, serviceAgents: [] })).toMatchObject({
      code: 'token_service_agent',
    })
  })

  it.each<readonly [JsonValue | undefined]>([[undefined], [false], [null], ['true'], [1], [{}], [[true]]])(
    'has an address that is verified, not %j',
    verified => {
      expect(refusal({ email_verified: verified })).toEqual({ code: 'token_email_unverified', observed: SERVICE_AGENT })
    },
  )
})

describe('the times', () => {
  it.each([
    ['the moment of expiry', { exp: seconds }],
    ['the last moment of the skew', { exp: seconds - SKEW + 1 }],
    ['the moment of issue', { iat: seconds }],
    ['the first moment of the skew', { iat: seconds + SKEW }],
    ['a beginning in the skew', { nbf: seconds + SKEW }],
    ['a lifetime of a day', { iat: seconds - 86_400 + 100, exp: seconds + 100 }],
    ['fractions of a second', { iat: seconds - 0.5, exp: seconds + 0.5 }],
  ])('allow %s', (_, times) => {
    expect(verify(times)).toMatchObject({ ok: true })
  })

  it('are compared in whole seconds of our clock', () => {
    expect(verify({ exp: seconds - SKEW + 1 }, NOW + 999).ok).toBe(true)
    expect(verify({ exp: seconds - SKEW + 1 }, NOW + 1000).ok).toBe(false)
  })

  it.each([
    ['a second after the skew', seconds - SKEW, new Date(NOW - SKEW * 1000).toISOString()],
    ['an hour ago', seconds - 3600, new Date(NOW - 3600_000).toISOString()],
    ['in 1970', 0, '1970-01-01T00:00:00.000Z'],
    ['before that', -1, '1969-12-31T23:59:59.000Z'],
    ['long before that', -1e300, '-271821-04-20T00:00:00.000Z'],
  ])('have expired: %s', (_, exp, expiredAt) => {
    expect(refusal({ exp, iat: exp - 3600 })).toEqual({
      code: 'token_expired',
      expiredAt,
      now: new Date(NOW).toISOString(),
    })
  })

  it.each([
    ['a second before the skew', { iat: seconds + SKEW + 1 }],
    ['a beginning a second before the skew', { nbf: seconds + SKEW + 1 }],
    ['in milliseconds', { iat: NOW, exp: NOW + 3600_000 }],
    ['in the year 275760 and later', { iat: 1e300, exp: 1e301 }],
    ['a beginning that hides a later issue', { nbf: seconds - 600, iat: seconds + 3600, exp: seconds + 7200 }],
  ])('are still to come: %s', (_, times) => {
    expect(refusal(times)).toMatchObject({ code: 'token_not_yet_valid', now: new Date(NOW).toISOString() })
  })

  it.each([
    ['a second more than a day', { iat: seconds - 86_400, exp: seconds + 1 }],
    ['for ever', { exp: Number.MAX_SAFE_INTEGER }],
    ['beyond all numbers', { exp: 1e308 }],
    ['since 1970', { iat: 0 }],
  ])('are too far apart: %s', (_, times) => {
    expect(refusal(times)).toMatchObject({ code: 'token_lifetime', limit: 86_400 })
  })

  it('are no numbers when they are too large for one', () => {
    const claims = JSON.parse(JSON.stringify(genuineClaims).replace(/"exp":\d+/, '"exp":1e999'))
    expect(verifyClaims(claims, expected, NOW)).toMatchObject({ ok: false, error: { code: 'token_lifetime' } })
  })

  describe.each(['exp', 'iat'])('%s', name => {
    it.each<readonly [JsonValue | undefined]>([[undefined], [null], ['1794744600'], [true], [[seconds]], [{}], ['']])(
      'is a number, not %j',
      value => {
        expect(refusal({ [name]: value })).toEqual({
          code: 'token_malformed',
          reason: 'exp, iat or nbf is not a number',
        })
      },
    )
  })

  it.each<readonly [JsonValue]>([[null], ['0'], [false], [[]], [{}]])(
    'nbf, where it is there, is a number, not %j',
    nbf => {
      expect(refusal({ nbf })).toMatchObject({ code: 'token_malformed' })
    },
  )
})
