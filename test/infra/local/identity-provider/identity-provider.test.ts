import * as client from 'openid-client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { startIdentityProvider } from '../../../../infra/local/identity-provider/identity-provider.ts'
import type { PersonaName } from '../../../../infra/local/identity-provider/identity-provider-personas.ts'
import {
  authorizationRequest,
  CALLBACK,
  CLIENT_SECRET,
  offline,
  openidClient,
  registered,
  tenant,
  tokensFor,
} from './identity-provider-client.ts'

const personas = ['generic', 'google', 'microsoft', 'oci-iam', 'oam'] as const

const start = (persona: PersonaName, options = {}) =>
  startIdentityProvider({ persona, clients: [registered], tokenType: 'Bearer', ...options })

const refresh = (configuration: client.Configuration, { refresh_token = '' }: { refresh_token?: string }) =>
  client.refreshTokenGrant(configuration, refresh_token)

const newKey = () => crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])

describe.each(personas)('%s', persona => {
  test('signs in an openid-client as it comes: PKCE, nonce, signature, userinfo', async () => {
    await using idp = await start(persona)
    const configuration = await openidClient(idp)
    const tokens = await tokensFor(idp, configuration, 'ada', offline[persona])
    const claims = tokens.claims()
    expect(claims).toMatchObject({ iss: idp.addresses(tenant).issuer, aud: 'app-one' })
    expect(tokens.refresh_token).toBeTypeOf('string')
    expect(tokens.access_token.split('.')).toHaveLength(1)
    expect(await client.fetchUserInfo(configuration, tokens.access_token, claims?.sub ?? '')).toMatchObject({
      name: 'Ada Lovelace',
      email: 'ada@contoso.example',
    })
    expect(await idp.introspect(tokens.access_token)).toMatchObject({ clientId: 'app-one', account: { id: 'ada' } })
  })

  test('gives a refresh token only to those who ask in its way', async () => {
    await using idp = await start(persona)
    const configuration = await openidClient(idp)
    const { refresh_token } = await tokensFor(idp, configuration, 'ada', { scope: 'openid', prompt: 'consent' })
    expect(refresh_token === undefined).toBe(persona !== 'oam')
  })

  test('sends those who refuse back with access_denied', async () => {
    await using idp = await start(persona)
    const configuration = await openidClient(idp)
    const { url, checks } = await authorizationRequest(configuration)
    const callback = await idp.signIn(url, { account: 'ada', decision: 'refuse' })
    await expect(client.authorizationCodeGrant(configuration, callback, checks)).rejects.toMatchObject({
      error: 'access_denied',
    })
  })

  test.each(['accept', 'refuse'] as const)(
    'names its issuer in the response, if the real one does: %s',
    async decision => {
      await using idp = await start(persona)
      const { url } = await authorizationRequest(await openidClient(idp))
      const { searchParams } = await idp.signIn(url, { account: 'ada', decision })
      const { issuer } = idp.addresses()
      expect(searchParams.get('iss')).toBe(persona === 'generic' || persona === 'google' ? issuer : null)
    },
  )

  test('gives an application tokens of its own', async () => {
    await using idp = await start(persona, { scopes: ['orders.read'] })
    const tokens = await client.clientCredentialsGrant(await openidClient(idp), { scope: 'orders.read' })
    expect(await idp.introspect(tokens.access_token)).toEqual({
      clientId: 'app-one',
      account: undefined,
      scopes: new Set(['orders.read']),
    })
  })

  test('takes a code once, and only with its verifier', async () => {
    await using idp = await start(persona)
    const configuration = await openidClient(idp)
    const { url, checks } = await authorizationRequest(configuration)
    const callback = await idp.signIn(url, { account: 'ada' })
    await client.authorizationCodeGrant(configuration, callback, checks)
    await expect(client.authorizationCodeGrant(configuration, callback, checks)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    const another = await idp.signIn(url, { account: 'ada' })
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    await expect(
      client.authorizationCodeGrant(configuration, another, { ...checks, pkceCodeVerifier }),
    ).rejects.toMatchObject({ error: 'invalid_grant' })
  })

  test('takes an assertion signed with the private key of the client', async () => {
    const [own, strange] = await Promise.all([newKey(), newKey()])
    const jwks = { keys: [{ ...(await crypto.subtle.exportKey('jwk', own.publicKey)), alg: 'ES256', use: 'sig' }] }
    await using idp = await start(persona, { clients: [{ clientId: 'signer', jwks }] })
    const grantWith = async ({ privateKey }: typeof own) => {
      const authentication = client.PrivateKeyJwt(privateKey)
      return client.clientCredentialsGrant(await openidClient(idp, { clientId: 'signer', authentication }))
    }
    expect(await grantWith(own)).toHaveProperty('access_token')
    await expect(grantWith(strange)).rejects.toMatchObject({ error: 'invalid_client' })
  })

  describe('with rotation', () => {
    test('two refreshes at once are one success and one invalid_grant, and leave no live token', async () => {
      await using idp = await start(persona, { rotation: true })
      const configuration = await openidClient(idp)
      const tokens = await tokensFor(idp, configuration, 'ada', offline[persona])
      const refreshes = await Promise.allSettled([refresh(configuration, tokens), refresh(configuration, tokens)])
      expect(refreshes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      for (const result of refreshes) {
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ error: 'invalid_grant' })
        else {
          expect(await idp.introspect(result.value.access_token)).toBeUndefined()
          await expect(refresh(configuration, result.value)).rejects.toMatchObject({ error: 'invalid_grant' })
        }
      }
      expect(idp.calls.count('token', { grantType: 'refresh_token' })).toBe(3)
      expect(idp.calls.count('token', { grantType: 'refresh_token', status: 200 })).toBe(1)
    })
  })

  describe('without rotation', () => {
    test('one refresh token serves any number of refreshes', async () => {
      await using idp = await start(persona, { rotation: false })
      const configuration = await openidClient(idp)
      const tokens = await tokensFor(idp, configuration, 'ada', offline[persona])
      const refreshes = await Promise.all([refresh(configuration, tokens), refresh(configuration, tokens)])
      for (const { access_token } of refreshes) expect(await idp.introspect(access_token)).toBeDefined()
    })
  })
})

describe('a client secret in the Authorization header', () => {
  const raw: client.ClientAuth = (_as, { client_id }, _body, headers) => {
    headers.set('authorization', `Basic ${btoa(`${client_id}:${CLIENT_SECRET}`)}`)
  }
  const encoded = client.ClientSecretBasic(CLIENT_SECRET)

  test.each([
    ['form-encoded', encoded],
    ['raw', raw],
  ] as const)('is taken %s', async (basicCredentials, authentication) => {
    await using idp = await start('generic', { basicCredentials })
    const tokens = await client.clientCredentialsGrant(await openidClient(idp, { authentication }))
    expect(tokens.access_token).toBeTypeOf('string')
  })

  test.each([
    ['form-encoded', raw],
    ['raw', encoded],
  ] as const)('is refused when %s is meant and it is the other', async (basicCredentials, authentication) => {
    await using idp = await start('generic', { basicCredentials })
    const configuration = await openidClient(idp, { authentication })
    await expect(client.clientCredentialsGrant(configuration)).rejects.toThrow()
    expect(idp.calls.count('token', { status: 200 })).toBe(0)
  })
})

describe('in the course of time', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('tokens live for the seconds they are given, from one', async () => {
    await using idp = await start('generic', { lifetimes: { accessToken: 1, refreshToken: 2 } })
    const configuration = await openidClient(idp)
    const tokens = await tokensFor(idp, configuration, 'ada', offline.generic)
    expect(tokens.expires_in).toBe(1)
    expect(await idp.introspect(tokens.access_token)).toBeDefined()
    vi.setSystemTime(Date.now() + 1000)
    expect(await idp.introspect(tokens.access_token)).toBeUndefined()
    vi.setSystemTime(Date.now() + 1000)
    await expect(refresh(configuration, tokens)).rejects.toMatchObject({ error: 'invalid_grant' })
  })
})

describe('behind the client’s back', () => {
  test('access tokens can be made to expire, and the refresh token goes on', async () => {
    await using idp = await start('generic')
    const configuration = await openidClient(idp)
    const tokens = await tokensFor(idp, configuration, 'ada', offline.generic)
    idp.expireAccessTokens()
    expect(await idp.introspect(tokens.access_token)).toBeUndefined()
    expect(await idp.introspect((await refresh(configuration, tokens)).access_token)).toBeDefined()
  })

  test('a person can end all grants, and only theirs', async () => {
    await using idp = await start('generic')
    const configuration = await openidClient(idp)
    const ada = await tokensFor(idp, configuration, 'ada', offline.generic)
    const grace = await tokensFor(idp, configuration, 'grace', offline.generic)
    idp.revokeAccount('ada')
    expect(await idp.introspect(ada.access_token)).toBeUndefined()
    await expect(refresh(configuration, ada)).rejects.toMatchObject({ error: 'invalid_grant' })
    expect(await idp.introspect(grace.access_token)).toBeDefined()
    expect(await refresh(configuration, grace)).toHaveProperty('access_token')
  })
})

test('says nothing, on no stream', async () => {
  const spies = (['log', 'info', 'warn', 'error'] as const).map(name => vi.spyOn(console, name))
  await using idp = await start('generic')
  const configuration = await openidClient(idp)
  await tokensFor(idp, configuration, 'ada', offline.generic)
  await expect(client.refreshTokenGrant(configuration, 'unknown')).rejects.toThrow()
  await fetch(new URL('/auth?client_id=nobody', idp.url))
  for (const spy of spies) expect(spy).not.toHaveBeenCalled()
})

test('is gone when it is stopped', async () => {
  const idp = await start('generic')
  await idp[Symbol.asyncDispose]()
  await expect(fetch(idp.url)).rejects.toThrow()
})

test('does not stay when a client cannot be registered', async () => {
  await expect(start('generic', { clients: [{ clientId: 'x', redirectUris: [CALLBACK] }] })).rejects.toMatchObject({
    error_description: expect.stringContaining('jwks'),
  })
})
