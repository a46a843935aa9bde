import * as client from 'openid-client'
import { expect, test } from 'vitest'
import { startIdentityProvider } from '../../../../infra/local/identity-provider/identity-provider.ts'
import { offline, openidClient, registered, tokensFor } from './identity-provider-client.ts'

const start = () => startIdentityProvider({ persona: 'google', clients: [registered] })

test('has Google’s paths, and its own address as issuer', async () => {
  await using idp = await start()
  const metadata = (
    await client.discovery(idp.url, 'app-one', {}, client.None(), {
      execute: [client.allowInsecureRequests],
    })
  ).serverMetadata()
  expect(metadata).toMatchObject({
    issuer: idp.url.origin,
    authorization_endpoint: `${idp.url.origin}/o/oauth2/v2/auth`,
    token_endpoint: `${idp.url.origin}/token`,
    revocation_endpoint: `${idp.url.origin}/revoke`,
    userinfo_endpoint: `${idp.url.origin}/v1/userinfo`,
    jwks_uri: `${idp.url.origin}/oauth2/v3/certs`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  })
})

test('is https://accounts.google.com to clients that use its fetch', async () => {
  await using idp = await startIdentityProvider({ persona: 'google', clients: [registered], hosts: 'real' })
  const configuration = await openidClient(idp, { server: 'https://accounts.google.com' })
  expect(configuration.serverMetadata().token_endpoint).toBe('https://oauth2.googleapis.com/token')
  const tokens = await tokensFor(idp, configuration, 'ada')
  expect(tokens.claims()?.iss).toBe('https://accounts.google.com')
})

test.each([
  ['both', { access_type: 'offline', prompt: 'consent' }, true],
  ['both, and an account chosen', { access_type: 'offline', prompt: 'select_account consent' }, true],
  ['access_type alone', { access_type: 'offline' }, false],
  ['prompt alone', { prompt: 'consent' }, false],
  ['the scope of others', { scope: 'openid offline_access', prompt: 'consent' }, false],
])('wants access_type=offline and prompt=consent for a refresh token: %s', async (_, parameters, expected) => {
  await using idp = await start()
  const tokens = await tokensFor(idp, await openidClient(idp), 'ada', { ...parameters })
  expect(tokens.refresh_token !== undefined).toBe(expected)
  expect(tokens.scope).not.toContain('offline_access')
})

test('keeps the refresh token, and does not repeat it', async () => {
  await using idp = await start()
  const configuration = await openidClient(idp)
  const { refresh_token = '' } = await tokensFor(idp, configuration, 'ada', offline.google)
  expect(await client.refreshTokenGrant(configuration, refresh_token)).not.toHaveProperty('refresh_token')
  expect(await client.refreshTokenGrant(configuration, refresh_token)).toHaveProperty('access_token')
})

test('answers 400 invalid_token to the revocation of a dead token', async () => {
  await using idp = await start()
  const configuration = await openidClient(idp)
  const { refresh_token = '' } = await tokensFor(idp, configuration, 'ada', offline.google)
  await client.tokenRevocation(configuration, refresh_token)
  for (const dead of [refresh_token, 'never-alive']) {
    await expect(client.tokenRevocation(configuration, dead)).rejects.toMatchObject({
      status: 400,
      error: 'invalid_token',
    })
  }
})

test('ends the whole grant with any of its tokens', async () => {
  await using idp = await start()
  const configuration = await openidClient(idp)
  const { access_token, refresh_token = '' } = await tokensFor(idp, configuration, 'ada', offline.google)
  await client.tokenRevocation(configuration, access_token)
  await expect(client.refreshTokenGrant(configuration, refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' })
})

test('tells who somebody is in the ID token', async () => {
  await using idp = await start()
  const tokens = await tokensFor(idp, await openidClient(idp), 'grace')
  expect(tokens.claims()).toMatchObject({ sub: 'grace', email: 'grace@contoso.example', email_verified: true })
})
