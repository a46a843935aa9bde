import * as client from 'openid-client'
import { expect, test } from 'vitest'
import { startIdentityProvider } from '../../../../infra/local/identity-provider/identity-provider.ts'
import { CookieJar } from '../../../../infra/local/identity-provider/identity-provider-sign-in.ts'
import { authorizationRequest, CALLBACK, openidClient, registered } from './identity-provider-client.ts'

const start = (clientId = registered.clientId) =>
  startIdentityProvider({ persona: 'generic', clients: [{ ...registered, clientId }] })

/** Goes as far as the page, and has its cookies and its address. */
const openPage = async (authorizeUrl: URL) => {
  const cookies = new CookieJar()
  const toPage = await fetch(authorizeUrl, { redirect: 'manual' })
  cookies.store(toPage)
  const url = new URL(toPage.headers.get('Location') ?? '', authorizeUrl)
  const request = (init: RequestInit = {}) =>
    fetch(url, { headers: { Cookie: cookies.header(url) }, redirect: 'manual', ...init })
  return { url, request }
}

test('names the application and what it asks for, and offers a button for each person', async () => {
  await using idp = await start('<b>&"app"')
  const { url } = await authorizationRequest(await openidClient(idp, { clientId: '<b>&"app"' }))
  const page = await openPage(url)
  const response = await page.request()
  const html = await response.text()
  expect(response.headers.get('Content-Type')).toBe('text/html; charset=utf-8')
  expect(html).toContain('&#60;b&#62;&#38;&#34;app&#34;')
  expect(html).toContain('<li>email</li>')
  expect(html.match(/<button name="account"/g)).toHaveLength(3)
  expect(html).not.toMatch(/<script|https?:/)
})

test('looking at it decides nothing, any number of times', async () => {
  await using idp = await start()
  const { url } = await authorizationRequest(await openidClient(idp))
  const page = await openPage(url)
  await page.request()
  await page.request({ method: 'HEAD' })
  const response = await page.request({ method: 'POST', headers: {}, body: new URLSearchParams({ account: 'ada' }) })
  expect(response.status, 'without the cookies').toBe(400)
  expect((await page.request()).status).toBe(200)
})

test.each(['account=nobody', '', 'x'.repeat(5000)])('knows no other button: %.20s', async body => {
  await using idp = await start()
  const { url } = await authorizationRequest(await openidClient(idp))
  const page = await openPage(url)
  expect((await page.request({ method: 'POST', body })).status).toBe(400)
})

test('needs one request to the page and one button, and none for a browser that is signed in', async () => {
  await using idp = await start()
  const configuration = await openidClient(idp)
  const cookies = new CookieJar()
  const first = await authorizationRequest(configuration)
  expect((await idp.signIn(first.url, { account: 'ada', cookies })).href).toContain(CALLBACK)

  const second = await authorizationRequest(configuration, { prompt: 'none' })
  const callback = await idp.signIn(second.url, { account: 'nobody', cookies })
  expect(callback.searchParams.has('code')).toBe(true)
})

test.each(['login', 'select_account', 'consent'])('asks again when the client wants it: prompt=%s', async prompt => {
  await using idp = await start()
  const configuration = await openidClient(idp)
  const cookies = new CookieJar()
  await idp.signIn((await authorizationRequest(configuration)).url, { account: 'ada', cookies })
  const { url } = await authorizationRequest(configuration, { prompt })
  await expect(idp.signIn(url, { account: 'nobody', cookies })).rejects.toThrow('no way to accept')
  expect((await idp.signIn(url, { account: 'grace', cookies })).searchParams.has('code')).toBe(true)
})

test('lets a browser change hands: tokens of the one before live on, and nothing is given in their name', async () => {
  const other = { ...registered, clientId: 'app-two' }
  await using idp = await startIdentityProvider({ persona: 'generic', clients: [registered, other] })
  const [one, two] = await Promise.all([openidClient(idp), openidClient(idp, { clientId: 'app-two' })])
  const cookies = new CookieJar()
  const first = await authorizationRequest(two)
  const callback = await idp.signIn(first.url, { account: 'ada', cookies })
  const { access_token } = await client.authorizationCodeGrant(two, callback, first.checks)
  await idp.signIn((await authorizationRequest(one, { prompt: 'login' })).url, { account: 'grace', cookies })

  expect(await client.fetchUserInfo(two, access_token, 'ada')).toMatchObject({ name: 'Ada Lovelace' })
  const { url } = await authorizationRequest(two, { prompt: 'none' })
  const { searchParams } = await idp.signIn(url, { account: 'nobody', cookies })
  expect(searchParams.get('error')).toBe('consent_required')
})

test('sends nobody to an address that the application has not registered', async () => {
  await using idp = await start()
  const { url } = await authorizationRequest(await openidClient(idp), { redirect_uri: 'http://localhost:8080/else' })
  await expect(idp.signIn(url, { account: 'ada' })).rejects.toThrow('400')
})
