import * as client from 'openid-client'
import { expect, test } from 'vitest'
import { startIdentityProvider } from '../../../../infra/local/identity-provider/identity-provider.ts'
import type { IdentityProviderOptions } from '../../../../infra/local/identity-provider/identity-provider-options.ts'
import { authorizationRequest, openidClient, registered, tokensFor } from './identity-provider-client.ts'

const start = (options: Partial<IdentityProviderOptions> = {}) =>
  startIdentityProvider({ persona: 'oam', clients: [registered], ...options })

const signIn = async (options?: Partial<IdentityProviderOptions>) => {
  await using idp = await start(options)
  return await tokensFor(idp, await openidClient(idp), 'ada')
}

test('leaves token_type out, which openid-client refuses', async () => {
  await expect(signIn()).rejects.toMatchObject({
    cause: { message: '"response" body "token_type" property must be a string' },
  })
})

test('calls its tokens JWT if asked to, which openid-client refuses', async () => {
  await expect(signIn({ tokenType: 'JWT' })).rejects.toMatchObject({
    cause: { message: 'unsupported `token_type` value' },
  })
})

test('calls its tokens Bearer if asked to, and has a refresh token for everybody', async () => {
  expect(await signIn({ tokenType: 'Bearer' })).toHaveProperty('refresh_token')
})

test('has no metadata to discover', async () => {
  await using idp = await start()
  expect(idp.addresses()).not.toHaveProperty('discovery')
  for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
    expect((await fetch(new URL(path, idp.url))).status).toBe(404)
  }
})

test('has OAM’s paths', async () => {
  await using idp = await start()
  const { authorization, token, revocation } = idp.addresses()
  expect([authorization, token, revocation].map(url => new URL(url ?? '').pathname)).toEqual([
    '/oauth2/rest/authorize',
    '/oauth2/rest/token',
    '/oauth2/rest/token/revoke',
  ])
})

test('revokes by POST', async () => {
  await using idp = await start({ tokenType: 'Bearer' })
  const configuration = await openidClient(idp)
  const { access_token, refresh_token = '' } = await tokensFor(idp, configuration, 'ada')
  await client.tokenRevocation(configuration, refresh_token)
  expect(await idp.introspect(access_token)).toBeUndefined()
})

test('wants its identity domain named, when it is given one', async () => {
  await using idp = await start({ tokenType: 'Bearer', identityDomain: 'Staff' })
  const configuration = await openidClient(idp)
  await expect(client.clientCredentialsGrant(configuration)).rejects.toMatchObject({ error: 'invalid_request' })
  const { url } = await authorizationRequest(configuration)
  await expect(idp.signIn(url, { account: 'ada' })).rejects.toThrow('400')

  configuration[client.customFetch] = (url, options) =>
    idp.fetch(url, { ...options, headers: { ...options.headers, 'X-OAUTH-IDENTITY-DOMAIN-NAME': 'Staff' } })
  expect(await tokensFor(idp, configuration, 'ada', { domain: 'Staff' })).toHaveProperty('access_token')
})
