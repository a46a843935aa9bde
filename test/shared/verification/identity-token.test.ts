import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type IdentityTokenPolicy, identityToken } from '../../../shared/verification/identity-token.ts'
import type { KeySource } from '../../../shared/verification/key-source.ts'
import { AUDIENCE, callWith, NOW, policyWith, refusalOf, SERVICE_AGENT } from './call.ts'
import { encode, genuineClaims, genuineHeader, google, KID, signed, tokenPolicy, tokenWith } from './tokens.ts'

const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })

const check = (token: string, policy: IdentityTokenPolicy = tokenPolicy(), clock = () => NOW) =>
  identityToken(callWith({ Authorization: `Bearer ${token}` }), policyWith({ token: policy, clock }))

const refusal = async (token: string, policy?: IdentityTokenPolicy, clock?: () => number) =>
  refusalOf(await check(token, policy, clock), callWith({ Authorization: `Bearer ${token}` }))

const unsigned = (claims: object = {}) => `${encode(genuineHeader)}.${encode({ ...genuineClaims, ...claims })}`
const removed = (claims?: object) => `${unsigned(claims)}.SIGNATURE_REMOVED_BY_GOOGLE`

describe('the identity token', () => {
  it('proves our own service agent', async () => {
    expect(await check(tokenWith())).toEqual({
      ok: true,
      value: { serviceAgent: { email: SERVICE_AGENT, audience: AUDIENCE, expiresAt: genuineClaims.exp * 1000 } },
    })
  })

  it.each([
    ['signed by somebody else', tokenWith({}, {}, stranger.privateKey), 'token_signature'],
    ['signed by nobody', `${encode({ alg: 'none', kid: KID })}.${encode(genuineClaims)}.`, 'token_algorithm'],
    ['for another webhook', tokenWith({ aud: 'https://other.example/' }), 'token_audience'],
    ['of another agent', tokenWith({ email: 'x@y.z' }), 'token_service_agent'],
    ['that has expired', tokenWith({ exp: NOW / 1000 - 61 }), 'token_expired'],
    [
      'whose claims are none',
      signed(`${encode(genuineHeader)}.${Buffer.from('foo').toString('base64url')}`),
      'token_malformed',
    ],
    ['whose header is none', `eyJh.${encode(genuineClaims)}.c2ln`, 'token_malformed'],
    ['whose claims are cut off', tokenWith().replace(/\..{20}/, '.'), 'token_signature'],
    ['in another spelling', `${tokenWith()}=`, 'token_malformed'],
  ])('is refused when it is one %s', async (_, token, code) => {
    expect((await refusal(token)).code).toBe(code)
  })

  it('tells nothing of its claims before its signature is known to be good', async () => {
    const token = tokenWith({ aud: 'https://other.example/' }, {}, stranger.privateKey)
    expect(await refusal(token)).toEqual({ code: 'token_signature' })
  })

  it.each([
    ['Google’s', 'ya29.a0AfH6SMBx-1234567890abcdefghijklmnop'],
    ['Google’s with two dots', 'ya29.c.b0AXv0zTPrPmQ8Iw'],
    ['of one part', '2YotnFZFEjr1zCsicMWpAA'],
    ['of two parts', 'abcdefghijklmnop.qrstuvwxyz'],
    ['encrypted', 'eyJhbGciOiJSU0EtT0FFUCJ9.a.b.c.d'],
    ['of dots', '....'],
  ])('is not an access token, which is opaque: %s', async (_, token) => {
    expect(await refusal(token)).toEqual({ code: 'token_opaque' })
    expect(await refusal(token, tokenPolicy({ mode: 'platform' }))).toEqual({ code: 'token_opaque' })
  })
})

describe('SIGNATURE_REMOVED_BY_GOOGLE', () => {
  it('is named and never accepted where we verify', async () => {
    expect(await refusal(removed())).toEqual({ code: 'token_signature_removed' })
  })

  it.each(['signature_removed_by_google', 'SIGNATURE_REMOVED_BY_GOOGLE_', 'XSIGNATURE_REMOVED_BY_GOOGLE', ''])(
    'is not %j',
    async signature => {
      expect((await refusal(`${unsigned()}.${signature}`)).code).not.toBe('token_signature_removed')
    },
  )
})

describe('where the platform has verified (IDENTITY_TOKEN_MODE=platform)', () => {
  const platform = () => tokenPolicy({ mode: 'platform' })

  it('the claims alone count', async () => {
    expect(await check(removed(), platform())).toMatchObject({
      ok: true,
      value: { serviceAgent: { email: SERVICE_AGENT } },
    })
  })

  it('a signature that is still there was verified by nobody', async () => {
    expect(await refusal(tokenWith(), platform())).toEqual({ code: 'token_signature_present' })
    expect(await refusal(`${unsigned()}.`, platform())).toEqual({ code: 'token_signature_present' })
    expect(await refusal(`${unsigned()}.SIGNATURE_REMOVED_BY_GOOGLE_`, platform())).toEqual({
      code: 'token_signature_present',
    })
  })

  it.each([
    [{ aud: 'https://other.example/' }, 'token_audience'],
    [{ email: 'x@y.z' }, 'token_service_agent'],
    [{ email_verified: false }, 'token_email_unverified'],
    [{ iss: 'evil' }, 'token_issuer'],
    [{ exp: NOW / 1000 - 61 }, 'token_expired'],
  ])('the claims are checked all the same: %j', async (claims, code) => {
    expect((await refusal(removed(claims), platform())).code).toBe(code)
  })

  it('the claims have to be some', async () => {
    expect(await refusal(`${encode(genuineHeader)}.Zm9v.SIGNATURE_REMOVED_BY_GOOGLE`, platform())).toMatchObject({
      code: 'token_malformed',
    })
  })
})

describe('the memory of tokens', () => {
  const counting = () => {
    const asked: string[] = []
    const keys: KeySource = {
      find: async kid => {
        asked.push(kid)
        return { ok: true, value: google.publicKey }
      },
      prefetch: async () => {},
    }
    return { asked, keys }
  }

  it('spares the second verification', async () => {
    const { asked, keys } = counting()
    const policy = tokenPolicy({ keys })
    const first = await check(tokenWith(), policy)
    expect(await check(tokenWith(), policy)).toEqual(first)
    expect(asked).toHaveLength(1)
  })

  it('holds no token, only a digest', async () => {
    const keys: string[] = []
    const policy = tokenPolicy()
    const set = policy.remembered.set.bind(policy.remembered)
    policy.remembered.set = (key, ...rest) => {
      keys.push(key)
      set(key, ...rest)
    }
    await check(tokenWith(), policy)
    expect(keys).toEqual([expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/)])
  })

  it('never lets a token outlive its own expiry and the skew', async () => {
    let now = NOW
    const clock = () => now
    const policy = tokenPolicy({}, clock)
    const exp = NOW / 1000 + 10
    expect(await check(tokenWith({ exp }), policy, clock)).toMatchObject({ ok: true })
    now = (exp + 60) * 1000 - 1
    expect(await check(tokenWith({ exp }), policy, clock)).toMatchObject({ ok: true })
    now += 1
    expect(await refusal(tokenWith({ exp }), policy, clock)).toMatchObject({ code: 'token_expired' })
  })

  it('is asked again for the signature from the moment of expiry', async () => {
    let now = NOW
    const { asked, keys } = counting()
    const policy = tokenPolicy({ keys }, () => now)
    const exp = NOW / 1000 + 10
    await check(tokenWith({ exp }), policy, () => now)
    now = exp * 1000
    await check(tokenWith({ exp }), policy, () => now)
    expect(asked).toHaveLength(2)
  })

  it('holds none that was refused', async () => {
    const policy = tokenPolicy()
    for (const token of [
      tokenWith({}, {}, stranger.privateKey),
      tokenWith({ aud: 'other' }),
      tokenWith({ exp: 0 }),
      removed(),
      'opaque',
    ]) {
      await refusal(token, policy)
      await refusal(token, policy)
    }
    expect(policy.remembered.size).toBe(0)
  })

  it.each([
    ['another spelling', `${tokenWith()}=`],
    ['another signature', tokenWith().replace(/.{4}$/, 'AAAA')],
    ['other claims', tokenWith().replace(/\.[^.]+\./, `.${encode({ ...genuineClaims, email: 'x@y.z' })}.`)],
    ['no signature', tokenWith().replace(/[^.]+$/, '')],
  ])('does not speak for a token with %s', async (_, token) => {
    const policy = tokenPolicy()
    await check(tokenWith(), policy)
    await refusal(token, policy)
  })
})
