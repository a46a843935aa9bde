import * as client from 'openid-client'
import { expect, test } from 'vitest'
import { startIdentityProvider } from '../../../../infra/local/identity-provider/identity-provider.ts'
import { CLIENT_SECRET, offline, openidClient, registered, tokensFor } from './identity-provider-client.ts'

const ISSUER = 'https://identity.oraclecloud.com/'

const start = (hosts: 'loopback' | 'real' = 'loopback') =>
  startIdentityProvider({ persona: 'oci-iam', clients: [registered], hosts })

test('is not found by its host, but by the whole URL of its metadata', async () => {
  await using idp = await start()
  await expect(openidClient(idp, { server: idp.url.href })).rejects.toThrow(
    'discovered metadata issuer does not match the expected issuer',
  )
  const configuration = await openidClient(idp, { server: `${idp.url.origin}/.well-known/openid-configuration` })
  expect(configuration.serverMetadata()).toMatchObject({
    issuer: ISSUER,
    authorization_endpoint: `${idp.url.origin}/oauth2/v1/authorize`,
    token_endpoint: `${idp.url.origin}/oauth2/v1/token`,
    revocation_endpoint: `${idp.url.origin}/oauth2/v1/revoke`,
  })
})

test('has one issuer for all tenants: iss cannot tell them apart', async () => {
  await using one = await start()
  await using two = await start('real')
  const issuers = await Promise.all(
    [one, two].map(async idp => (await tokensFor(idp, await openidClient(idp), 'ada')).claims()?.iss),
  )
  expect(issuers).toEqual([ISSUER, ISSUER])
})

test('takes the secret in the header, as its metadata says, and not as openid-client sends it by default', async () => {
  await using idp = await start()
  const byDefault = await openidClient(idp, { authentication: client.ClientSecretPost(CLIENT_SECRET) })
  expect(byDefault.serverMetadata().token_endpoint_auth_methods_supported).toEqual(['client_secret_basic'])
  await expect(client.clientCredentialsGrant(byDefault)).rejects.toMatchObject({ error: 'invalid_client' })
  expect(await client.clientCredentialsGrant(await openidClient(idp))).toHaveProperty('access_token')
})

test('gives a refresh token for the scope offline_access', async () => {
  await using idp = await start()
  const configuration = await openidClient(idp)
  const { refresh_token = '' } = await tokensFor(idp, configuration, 'ada', offline['oci-iam'])
  expect((await client.refreshTokenGrant(configuration, refresh_token)).refresh_token).not.toBe(refresh_token)
})

test('revokes a refresh token, and does not mind a dead one', async () => {
  await using idp = await start()
  const configuration = await openidClient(idp)
  const { refresh_token = '' } = await tokensFor(idp, configuration, 'ada', offline['oci-iam'])
  await client.tokenRevocation(configuration, refresh_token)
  await client.tokenRevocation(configuration, refresh_token)
  await expect(client.refreshTokenGrant(configuration, refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' })
})
