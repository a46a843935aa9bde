import { createPublicKey } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import type { PersonaName } from '../../../infra/local/identity-provider/identity-provider-personas.ts'
import { generateSigningKey } from '../../../infra/local/tokens/identity-token.ts'
import type { ProviderFetch } from '../../../shared/oauth/provider-fetch.ts'
import { verifySessionToken } from '../../../shared/verification/session-token.ts'
import { type Estate, newKeyring, openLink, startEstate } from './estate.ts'

const agent = 'projects/p/locations/global/agents/a'
const session = 's-1'
const sessionKeys = newKeyring()

const openEstate = (persona: PersonaName = 'generic', settings = {}) =>
  startEstate({ persona, settings: { sessionClientIds: ['app-one'], ...settings } })

/** An ID token, as the application gets it from the provider. */
const idTokenOf = async (estate: Estate, account = 'ada'): Promise<string> => {
  let idToken = ''
  const fetch: ProviderFetch = async (url, options) => {
    const response = await estate.idp.fetch(url, options)
    const found = /"id_token":"([^"]+)"/.exec(await response.clone().text())?.[1]
    idToken = found ?? idToken
    return response
  }
  const application = estate.anotherInstance({ fetch })
  const offered = await estate.components().requireAccount(estate.service)
  if (offered.outcome !== 'signIn') throw new Error(offered.outcome)
  const { authorizationUrl, cookie } = await openLink(application, offered.linkUrl)
  const { searchParams: query } = await estate.idp.signIn(authorizationUrl, { account })
  await application.finishSignIn({ callback: estate.service, query, cookie })
  return idToken
}

const exchange = (estate: Estate, idToken: string, change = {}) =>
  estate
    .anotherInstance({ sessionKeys })
    .issueSessionToken({ service: estate.service, idToken, agent, session, ...change })

/** A provider of several tenants that signs whatever it is given. */
const ownProvider = async () => {
  const { privateKey, kid } = await generateSigningKey('own')
  const issuer = 'https://login.microsoftonline.com/{tenantid}/v2.0'
  const token_endpoint = 'https://login.microsoftonline.com/common/oauth2/v2.0/token'
  const jwks_uri = 'https://login.microsoftonline.com/common/discovery/v2.0/keys'
  const jwk = { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid, use: 'sig' }
  const fetch: ProviderFetch = async url =>
    Response.json(url === jwks_uri ? { keys: [jwk] } : { issuer, token_endpoint, jwks_uri })
  const tid = '72f988bf-0000-4000-8000-000000000001'
  const genuine = { iss: issuer.replace('{tenantid}', tid), aud: 'app-one', sub: 'pairwise', tid, oid: 'ada' }
  const sign = (claims: object, alg = 'RS256') =>
    new SignJWT({ ...genuine, iat: nowInSeconds(), exp: nowInSeconds() + 600, ...claims })
      .setProtectedHeader({ alg, kid })
      .sign(privateKey)
  return { fetch, sign }
}

const nowInSeconds = () => Math.floor(Date.now() / 1000)

describe('an ID token of a provider', () => {
  test.each([
    ['generic', 'ada'],
    ['google', 'ada'],
    ['oci-iam', 'ada'],
    ['microsoft', '72f988bf-0000-4000-8000-000000000001/aaaaaaaa-0000-4000-8000-0000000000a1'],
  ] as const)('of %s becomes a session token for one session', async (persona, subject) => {
    await using estate = await openEstate(persona)
    const issued = await exchange(estate, await idTokenOf(estate))
    if (!issued.ok) throw new Error(JSON.stringify(issued.error))
    expect(decodeProtectedHeader(issued.value.token)).toEqual({ alg: 'HS256', typ: 'session+jwt', kid: 'one' })
    const expected = { issuer: 'https://auth.example.com', agent, session, keys: sessionKeys.keys }
    const expiresAt = Math.floor(estate.clock.now / 1000) * 1000 + 3_600_000
    expect(verifySessionToken(issued.value.token, expected, estate.clock.now)).toEqual({
      ok: true,
      value: { service: persona, subject, expiresAt },
    })
    expect(issued.value.expiresAt).toBe(expiresAt)
    expect(verifySessionToken(issued.value.token, { ...expected, session: 's-2' }, estate.clock.now).ok).toBe(false)
  })

  test('is refused where the service names no applications', async () => {
    await using estate = await startEstate()
    expect(await exchange(estate, await idTokenOf(estate))).toEqual({ ok: false, error: { code: 'service_closed' } })
  })

  test('is refused for a service that does not exist, and without keys', async () => {
    await using estate = await openEstate()
    expect(await exchange(estate, 'x', { service: 'other' })).toMatchObject({ error: { code: 'service_unknown' } })
    const { issueSessionToken } = estate.oauth
    expect(await issueSessionToken({ service: 'generic', idToken: 'x', agent, session })).toMatchObject({
      error: { code: 'service_settings' },
    })
  })

  test('of another application is refused', async () => {
    await using estate = await openEstate('generic', { sessionClientIds: ['app-two'] })
    expect(await exchange(estate, await idTokenOf(estate))).toMatchObject({
      error: { code: 'id_token_refused', reason: 'ERR_JWT_CLAIM_VALIDATION_FAILED aud' },
    })
  })

  test('that has expired is refused', async () => {
    await using estate = await openEstate()
    const idToken = await idTokenOf(estate)
    estate.clock.now += 3_600_000 + 61_000
    expect(await exchange(estate, idToken)).toMatchObject({
      error: { code: 'id_token_refused', reason: 'ERR_JWT_EXPIRED exp' },
    })
  })

  test("of somebody else's making is refused", async () => {
    await using estate = await openEstate()
    const idToken = await idTokenOf(estate)
    const { kid = '' } = decodeProtectedHeader(idToken)
    const claims = decodeJwt(idToken)
    const { privateKey } = await generateSigningKey(kid)
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey)
    const hmac = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid })
      .sign(Buffer.from('s3cr-et+:%2D/x'.padEnd(32)))
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${idToken.split('.')[1]}.`
    const altered = idToken.replace(
      /\.[^.]+\./,
      `.${Buffer.from(JSON.stringify({ ...claims, sub: 'grace' })).toString('base64url')}.`,
    )
    for (const token of [forged, hmac, unsigned, altered, '', 'x', 'x'.repeat(20_000), `${idToken}.x.x`]) {
      expect(await exchange(estate, token)).toMatchObject({ error: { code: 'id_token_refused' } })
    }
  })

  test.each([
    ['of another issuer', { iss: 'https://attacker.example' }],
    ['of a tenant that is none', { tid: '{tenantid}', iss: 'https://login.microsoftonline.com/{tenantid}/v2.0' }],
    ['without a tenant', { tid: undefined, iss: 'https://login.microsoftonline.com//v2.0' }],
    ["of one tenant in another's name", { tid: '9a1c2d3e-0000-4000-8000-000000000002' }],
    ['for several applications, got by one that is not ours', { aud: ['app-one', 'app-two'], azp: 'app-two' }],
    ['without a subject', { sub: undefined, oid: undefined }],
    ['without an end', { exp: undefined }],
  ])('%s is refused, though the provider has signed it', async (_, change) => {
    await using estate = await openEstate('microsoft')
    const provider = await ownProvider()
    const oauth = estate.anotherInstance({ sessionKeys, fetch: provider.fetch })
    const ask = async (idToken: string) => oauth.issueSessionToken({ service: 'microsoft', idToken, agent, session })
    expect(await ask(await provider.sign({}))).toMatchObject({ ok: true })
    expect(await ask(await provider.sign(change))).toMatchObject({ error: { code: 'id_token_refused' } })
    expect(await ask(await provider.sign({}, 'PS256'))).toMatchObject({ error: { code: 'id_token_refused' } })
  })

  test('waits for no keys that cannot be fetched: the provider is to blame, not the token', async () => {
    await using estate = await openEstate()
    const idToken = await idTokenOf(estate)
    estate.idp.faults.set('jwks', { kind: 'status', status: 500 })
    const refused = await exchange(estate, idToken)
    expect(refused).toMatchObject({ ok: false, error: { code: 'provider_answer' } })
    estate.idp.faults.set('jwks', { kind: 'down' })
    expect(await exchange(estate, idToken)).toMatchObject({ error: { code: 'provider_unreachable' } })
  })
})
