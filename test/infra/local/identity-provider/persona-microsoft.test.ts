import * as client from 'openid-client'
import { expect, test } from 'vitest'
import { startIdentityProvider } from '../../../../infra/local/identity-provider/identity-provider.ts'
import {
  authorizationRequest,
  CALLBACK,
  offline,
  openidClient,
  registered,
  tenant,
  tokensFor,
} from './identity-provider-client.ts'

const another = { ...registered, clientId: 'app-two' }
const COMMON = 'https://login.microsoftonline.com/common/v2.0'

const start = (hosts: 'loopback' | 'real' = 'loopback') =>
  startIdentityProvider({ persona: 'microsoft', clients: [registered, another], hosts })

test('has a tenant in its paths and in its issuer', async () => {
  await using idp = await start()
  const metadata = (await openidClient(idp, { server: `${idp.url.origin}/${tenant}/v2.0` })).serverMetadata()
  expect(metadata).toMatchObject({
    issuer: `${idp.url.origin}/${tenant}/v2.0`,
    authorization_endpoint: `${idp.url.origin}/${tenant}/oauth2/v2.0/authorize`,
    token_endpoint: `${idp.url.origin}/${tenant}/oauth2/v2.0/token`,
    jwks_uri: `${idp.url.origin}/${tenant}/discovery/v2.0/keys`,
    subject_types_supported: ['pairwise'],
  })
})

test.each(['common', 'organizations'])('has a template as issuer for several tenants: %s', async shared => {
  await using idp = await start()
  const { discovery = '', issuer } = idp.addresses(shared)
  expect(await (await fetch(discovery)).json()).toMatchObject({ issuer: `${idp.url.origin}/{tenantid}/v2.0` })
  expect(issuer).toBe(`${idp.url.origin}/{tenantid}/v2.0`)
})

test.each([
  ['ada', tenant],
  ['edsger', '9a1c2d3e-0000-4000-8000-000000000002'],
])('signs in people of any tenant through openid-client’s discovery: %s', async (account, tid) => {
  await using idp = await start('real')
  const configuration = await openidClient(idp, { server: COMMON })
  const tokens = await tokensFor(idp, configuration, account)
  expect(tokens.claims()).toMatchObject({ iss: `https://login.microsoftonline.com/${tid}/v2.0`, tid })
})

test('fails with a template where openid-client does not know the host', async () => {
  await using idp = await start()
  await expect(openidClient(idp, { server: `${idp.url.origin}/common/v2.0` })).rejects.toThrow('issuer')
  const configuration = await openidClient(idp, { server: idp.addresses('common').discovery ?? '' })
  await expect(tokensFor(idp, configuration, 'ada')).rejects.toThrow()
})

test('knows a person by tid and oid; sub is another for each application', async () => {
  await using idp = await start()
  const one = (await tokensFor(idp, await openidClient(idp), 'ada')).claims()
  const two = (await tokensFor(idp, await openidClient(idp, { clientId: 'app-two' }), 'ada')).claims()
  expect(two).toMatchObject({ tid: one?.tid, oid: one?.oid })
  expect(two?.sub).not.toBe(one?.sub)
})

test('lets the preferred user name change', async () => {
  await using idp = await start()
  const configuration = await openidClient(idp)
  const before = (await tokensFor(idp, configuration, 'ada')).claims()
  idp.renameAccount('ada', 'countess@contoso.example')
  const after = (await tokensFor(idp, configuration, 'ada')).claims()
  expect(before?.preferred_username).toBe('ada@contoso.example')
  expect(after).toMatchObject({ preferred_username: 'countess@contoso.example', oid: before?.oid, sub: before?.sub })
})

test('keeps oid for those who ask for the scope profile', async () => {
  await using idp = await start()
  const claims = (await tokensFor(idp, await openidClient(idp), 'ada', { scope: 'openid' })).claims()
  expect(claims).toMatchObject({ tid: tenant })
  expect(claims).not.toHaveProperty('oid')
})

test('gives a refresh token for offline_access, and a new one with each refresh', async () => {
  await using idp = await start()
  const configuration = await openidClient(idp)
  const { refresh_token = '' } = await tokensFor(idp, configuration, 'ada', offline.microsoft)
  const refreshed = await client.refreshTokenGrant(configuration, refresh_token)
  expect(refreshed.refresh_token).toBeTypeOf('string')
  expect(refreshed.refresh_token).not.toBe(refresh_token)
  expect(refreshed.claims()?.iss).toBe(`${idp.url.origin}/${tenant}/v2.0`)
})

test('revokes nowhere', async () => {
  await using idp = await start()
  expect(idp.addresses(tenant)).not.toHaveProperty('revocation')
  expect((await openidClient(idp)).serverMetadata()).not.toHaveProperty('revocation_endpoint')
  for (const path of ['/token/revocation', `/${tenant}/oauth2/v2.0/revoke`]) {
    expect((await fetch(new URL(path, idp.url), { method: 'POST' })).status).toBe(404)
  }
})

test('lets nobody in from another tenant than the one asked for', async () => {
  await using idp = await start()
  const { url } = await authorizationRequest(await openidClient(idp))
  await expect(idp.signIn(url, { account: 'edsger' })).rejects.toThrow('edsger')
  expect((await idp.signIn(url, { account: 'grace' })).href).toContain(CALLBACK)
})

test('refuses a tenant that does not exist', async () => {
  await using idp = await start()
  const response = await fetch(idp.addresses('00000000-0000-4000-8000-00000000dead').discovery ?? '')
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error_description: expect.stringContaining('AADSTS90002') })
})
