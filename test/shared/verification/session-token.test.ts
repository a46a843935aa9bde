import { createHmac, createSecretKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { type ExpectedSession, verifySessionToken } from '../../../shared/verification/session-token.ts'
import { encode } from './tokens.ts'

const NOW = Date.UTC(2026, 10, 21, 12)
const seconds = NOW / 1000

const key = createSecretKey(randomBytes(32))
const oldKey = createSecretKey(randomBytes(32))

const expected: ExpectedSession = {
  issuer: 'https://auth.example.com',
  agent: 'projects/p/locations/global/agents/a',
  session: 's-1',
  keys: new Map([
    ['new', key],
    ['old', oldKey],
  ]),
}

const genuineHeader = { alg: 'HS256', typ: 'session+jwt', kid: 'new' }

const genuineClaims = {
  iss: expected.issuer,
  aud: expected.agent,
  sid: expected.session,
  sub: 'ada',
  service: 'google',
  iat: seconds - 60,
  exp: seconds + 3540,
}

const signed = (input: string, secret: KeyObject = key): string =>
  `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`

const tokenWith = (claims: object = {}, header: object = {}, secret?: KeyObject): string =>
  signed(`${encode({ ...genuineHeader, ...header })}.${encode({ ...genuineClaims, ...claims })}`, secret)

const codeOf = (token: string, now = NOW, change: Partial<ExpectedSession> = {}): string => {
  const verified = verifySessionToken(token, { ...expected, ...change }, now)
  return verified.ok ? 'proven' : verified.error.code
}

describe('a session token', () => {
  it('proves its user', () => {
    expect(verifySessionToken(tokenWith(), expected, NOW)).toEqual({
      ok: true,
      value: { service: 'google', subject: 'ada', expiresAt: (seconds + 3540) * 1000 },
    })
  })

  it('signed with an old key of the ring holds until it expires: nobody is signed out by a rotation', () => {
    expect(codeOf(tokenWith({}, { kid: 'old' }, oldKey))).toBe('proven')
    expect(codeOf(tokenWith({}, { kid: 'old' }, oldKey), NOW, { keys: new Map([['new', key]]) })).toBe(
      'session_token_key_unknown',
    )
  })

  it('is an ordinary JWT: made by jose it holds too', async () => {
    const token = await new SignJWT({ sid: 's-1', service: 'google' })
      .setProtectedHeader(genuineHeader)
      .setIssuer(expected.issuer)
      .setAudience(expected.agent)
      .setSubject('ada')
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 60)
      .sign(key)
    expect(codeOf(token)).toBe('proven')
  })

  it.each([
    ['of another issuer', { iss: 'https://auth.attacker.example' }, 'session_token_issuer'],
    ['of no issuer', { iss: undefined }, 'session_token_issuer'],
    ['for another agent', { aud: 'projects/p/locations/global/agents/b' }, 'session_token_agent'],
    ['for several agents', { aud: [expected.agent, 'projects/p/agent'] }, 'session_token_agent'],
    ['for another session', { sid: 's-2' }, 'session_token_session'],
    ['for no session', { sid: undefined }, 'session_token_session'],
    ['for a session that is no text', { sid: ['s-1'] }, 'session_token_session'],
    ['without a subject', { sub: undefined }, 'session_token_malformed'],
    ['without a service', { service: 7 }, 'session_token_malformed'],
    ['without an end', { exp: undefined }, 'session_token_malformed'],
    ['whose end is a text', { exp: String(seconds + 60) }, 'session_token_malformed'],
    ['without a beginning', { iat: undefined }, 'session_token_malformed'],
    ['of the future', { iat: seconds + 61 }, 'session_token_not_yet_valid'],
  ])('%s proves nobody', (_, claims, code) => {
    expect(codeOf(tokenWith(claims))).toBe(code)
  })

  it('holds up to its end, and may be a minute early', () => {
    expect(codeOf(tokenWith(), (seconds + 3540) * 1000 - 1)).toBe('proven')
    expect(codeOf(tokenWith(), (seconds + 3540) * 1000)).toBe('session_token_expired')
    expect(codeOf(tokenWith({ iat: seconds + 60 }))).toBe('proven')
  })

  it.each([
    ['no algorithm', { alg: 'none' }, 'session_token_algorithm'],
    ['no algorithm, in capitals', { alg: 'None' }, 'session_token_algorithm'],
    ['another HMAC', { alg: 'HS512' }, 'session_token_algorithm'],
    ['a public key', { alg: 'RS256' }, 'session_token_algorithm'],
    ['a list of algorithms', { alg: ['HS256'] }, 'session_token_algorithm'],
    ['another type', { typ: 'JWT' }, 'session_token_malformed'],
    ['no type', { typ: undefined }, 'session_token_malformed'],
    ['no key id', { kid: undefined }, 'session_token_malformed'],
    ['a key id of the prototype', { kid: '__proto__' }, 'session_token_key_unknown'],
    ['an unknown key id', { kid: 'other' }, 'session_token_key_unknown'],
    ['a critical extension', { crit: ['exp'], exp: 1 }, 'session_token_malformed'],
  ])('whose header names %s proves nobody', (_, header, code) => {
    expect(codeOf(tokenWith({}, header))).toBe(code)
  })

  it.each([
    ['another key', signed(`${encode(genuineHeader)}.${encode(genuineClaims)}`, oldKey)],
    ['nothing', `${encode(genuineHeader)}.${encode(genuineClaims)}.`],
    ['half a signature', tokenWith().slice(0, -23)],
    [
      'the signature of other claims',
      `${encode(genuineHeader)}.${encode({ ...genuineClaims, sub: 'eve' })}.${tokenWith().split('.')[2]}`,
    ],
  ])('signed with %s proves nobody', (_, token) => {
    expect(codeOf(token)).toBe('session_token_signature')
  })

  it('signed with an asymmetric key under our algorithm proves nobody', () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const input = `${encode(genuineHeader)}.${encode(genuineClaims)}`
    const token = `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`
    expect(codeOf(token)).toBe('session_token_signature')
  })

  it.each([
    ['nothing', ''],
    ['a word', 'token'],
    ['two parts', 'e30.e30'],
    ['four parts', `${tokenWith()}.x`],
    ['padding', `${tokenWith()}=`],
    ['a megabyte', 'x'.repeat(1_000_000)],
    ['parts that are no JSON', signed('AAAA.AAAA')],
    ['claims that are a list', signed(`${encode(genuineHeader)}.${encode([])}`)],
  ])('that is %s proves nobody', (_, token) => {
    expect(codeOf(token)).toBe('session_token_malformed')
  })

  it('leaves no part of itself in the evidence', () => {
    const refused = [
      verifySessionToken(tokenWith({ sid: 's-2' }), expected, NOW),
      verifySessionToken(tokenWith({}, { kid: `k\n${'x'.repeat(300)}` }), expected, NOW),
      verifySessionToken(`${tokenWith()}x`, expected, NOW),
    ]
    const evidence = JSON.stringify(refused)
    expect(evidence).not.toContain('s-2')
    expect(evidence).not.toContain(tokenWith().slice(0, 40))
    expect(evidence).not.toContain('\\n')
    expect(evidence.length).toBeLessThan(600)
  })
})
