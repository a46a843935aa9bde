import * as client from 'openid-client'
import { expect, test } from 'vitest'
import { startIdentityProvider } from '../../../../infra/local/identity-provider/identity-provider.ts'
import type { Fault } from '../../../../infra/local/identity-provider/identity-provider-faults.ts'
import { authorizationRequest, offline, openidClient, registered, tokensFor } from './identity-provider-client.ts'

const start = () => startIdentityProvider({ persona: 'generic', clients: [registered], rotation: true })

test.each<[string, Fault]>([
  ['down', { kind: 'down' }],
  ['HTML instead of JSON', { kind: 'html' }],
  ['500', { kind: 'status', status: 500 }],
  ['JSON of another shape', { kind: 'json', text: '{"access_token":42}' }],
  ['JSON that breaks off', { kind: 'json', text: '{"access_token":"' }],
])('%s: nothing was done, and when it is over everything works again', async (_, fault) => {
  await using idp = await start()
  const configuration = await openidClient(idp)
  const { refresh_token = '' } = await tokensFor(idp, configuration, 'ada', offline.generic)
  idp.faults.set('token', fault)
  await expect(client.refreshTokenGrant(configuration, refresh_token)).rejects.toThrow()
  await expect(client.refreshTokenGrant(configuration, refresh_token)).rejects.toThrow()
  expect(idp.calls.count('token', { grantType: 'refresh_token' })).toBe(0)
  expect(idp.calls.count('token')).toBe(3)
  idp.faults.clear('token')
  expect(await client.refreshTokenGrant(configuration, refresh_token)).toHaveProperty('access_token')
})

test('lost: done, but nobody hears of it', async () => {
  await using idp = await start()
  const configuration = await openidClient(idp)
  const { refresh_token = '' } = await tokensFor(idp, configuration, 'ada', offline.generic)
  idp.faults.set('token', { kind: 'lost' }, 1)
  await expect(client.refreshTokenGrant(configuration, refresh_token)).rejects.toThrow('fetch failed')
  expect(idp.calls.count('token', { grantType: 'refresh_token' })).toBe(1)
  expect(idp.calls.count('token', { grantType: 'refresh_token', status: 200 })).toBe(0)
  await expect(client.refreshTokenGrant(configuration, refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' })
})

test('slow: done at once, answered late', async () => {
  await using idp = await start()
  const configuration = await openidClient(idp)
  idp.faults.set('token', { kind: 'slow', milliseconds: 60_000 }, 1)
  configuration.timeout = 0.2
  await expect(client.clientCredentialsGrant(configuration)).rejects.toThrow()
  expect(idp.calls.count('token', { grantType: 'client_credentials' })).toBe(1)
  expect(idp.calls.count('token', { status: 200 })).toBe(0)
})

test('happens as often as it is told to', async () => {
  await using idp = await start()
  const statuses: number[] = []
  idp.faults.set('discovery', { kind: 'status', status: 503 }, 2)
  for (let call = 0; call < 3; call += 1) statuses.push((await fetch(idp.addresses().discovery ?? '')).status)
  expect(statuses).toEqual([503, 503, 200])
  expect(idp.calls.count('discovery', { status: 503 })).toBe(2)
})

test('stays at its endpoint', async () => {
  await using idp = await start()
  const configuration = await openidClient(idp)
  idp.faults.set('revocation', { kind: 'down' })
  idp.faults.set('userinfo', { kind: 'html' })
  const tokens = await tokensFor(idp, configuration, 'ada')
  await expect(client.fetchUserInfo(configuration, tokens.access_token, 'ada')).rejects.toThrow()
  await expect(client.tokenRevocation(configuration, tokens.access_token)).rejects.toThrow()
  idp.faults.clear()
  expect(await client.fetchUserInfo(configuration, tokens.access_token, 'ada')).toMatchObject({ sub: 'ada' })
})

test('can keep people from the sign-in page', async () => {
  await using idp = await start()
  const { url } = await authorizationRequest(await openidClient(idp))
  idp.faults.set('authorization', { kind: 'status', status: 503 })
  await expect(idp.signIn(url, { account: 'ada' })).rejects.toThrow('503')
})
