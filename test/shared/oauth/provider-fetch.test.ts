import { afterEach, expect, test, vi } from 'vitest'
import { providerFetch } from '../../../shared/oauth/provider-fetch.ts'
import { servicesOf } from './fixtures.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

const [service] = servicesOf([
  {
    name: 'mail',
    grantType: 'AUTHORIZATION_CODE',
    identityProvider: 'generic',
    discoveryUrl: 'https://idp.example.com',
    clientId: 'app',
    clientSecret: 'env:SECRET',
    scopes: ['openid'],
  },
]).values()

test.each([
  ['GET', 5000],
  ['POST', 10_000],
] as const)('a provider is waited for, by %s, %i ms', async (method, timeoutMs) => {
  if (service === undefined) throw new Error('no service')
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => AbortSignal.abort())
  const fetch = providerFetch(service, async (_url, { signal }) => Promise.reject(signal?.reason), false)
  const asked = fetch('https://idp.example.com/keys', { method, headers: {}, body: undefined, redirect: 'manual' })
  await expect(asked).rejects.toMatchObject({ failure: { code: 'provider_timeout' } })
  expect(timeout).toHaveBeenCalledWith(timeoutMs)
})
