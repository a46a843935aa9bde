import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { languageOf, titleOf } from './browser.ts'
import { type ServedAuth, serveAuth, someone } from './served-auth.ts'

const ID = 'x'.repeat(22)

let served: ServedAuth
beforeAll(async () => {
  served = await serveAuth()
})
afterAll(() => served[Symbol.asyncDispose]())

describe('a path that leads nowhere', () => {
  it.each([
    '/',
    '//',
    '/link',
    '/link/',
    `/link/${ID}/`,
    `/link/${ID}/disown/`,
    `/link/${ID}/Disown`,
    `//link/${ID}`,
    `/LINK/${ID}`,
    `/link/${ID}%00`,
    `/link/${ID};a=b`,
    `/link/${ID}#a`,
    `/link/../link/${ID}`,
    `/link/./${ID}`,
    `/./link/${ID}`,
    `/%6cink/${ID}`,
    `/link%2f${ID}`,
    `/link\\${ID}`,
    `/link/${ID}x`,
    `/link/${'%78'.repeat(22)}`,
    '/link/..%2f..%2fsession',
    '/callback',
    '/callback/',
    '/callback/~',
    '/callback/~~crm',
    '/callback/Google',
    '/callback/google/',
    '/callback/google%00',
    '/callback/google%0d%0aSet-Cookie:a=b',
    `/callback/${'a'.repeat(41)}`,
    '/callback/__proto__',
    '/callback/constructor/prototype',
    '/disowned',
    '/disowned/xx',
    '/disowned/en/',
    '/disowned/__proto__',
    '/session/',
    '/Session',
    '/sessions',
    '/.well-known/security.txt',
    '/.git/config',
    '/../../etc/passwd',
    'http://evil.example/link/x',
    '*',
  ])('is a page with status 404: %s', async path => {
    const { status, body, headers } = await served.browser().get(path)
    expect([status, titleOf(body)]).toEqual([404, 'There is nothing here'])
    expect([headers.location, headers['set-cookie']]).toEqual([undefined, undefined])
    expect(body).not.toContain('evil')
  })

  it('is in a language that the browser accepts', async () => {
    const { body } = await served.browser().get('/nothing', { headers: { 'Accept-Language': 'de-CH' } })
    expect([languageOf(body), titleOf(body)]).toEqual(['de', 'Hier ist nichts'])
  })

  it('may be as long as it likes', async () => {
    const { status } = await served.browser().get(`/callback/generic?state=${'a'.repeat(9000)}`)
    expect(status).toBe(414)
  })
})

describe('a method that a path does not have', () => {
  it.each([
    ['PUT', `/link/${ID}`, 'GET, HEAD, POST'],
    ['DELETE', `/link/${ID}`, 'GET, HEAD, POST'],
    ['OPTIONS', `/link/${ID}`, 'GET, HEAD, POST'],
    ['TRACE', `/link/${ID}`, 'GET, HEAD, POST'],
    ['GET', `/link/${ID}/disown`, 'POST'],
    ['POST', '/callback/generic', 'GET'],
    ['HEAD', '/callback/generic', 'GET'],
    ['POST', '/disowned/en', 'GET, HEAD'],
  ])('is refused with those that it has: %s %s', async (method, path, allowed) => {
    const { status, headers } = await served.browser().send(path, { method })
    expect([status, headers.allow]).toEqual([405, allowed])
    expect(headers['access-control-allow-origin']).toBeUndefined()
  })
})

describe('a callback that nobody waits for', () => {
  it.each([
    '',
    '?',
    '?state=',
    '?state=x',
    '?state=x&state=y',
    '?state[]=x',
    '?state=%00',
    '?state=%ff%fe',
    '?state=%E0%A4%A',
    '?code=x',
    '?error=access_denied',
    '?error=access_denied&state=x',
    `?state=${'%F0%9F%92%A9'.repeat(500)}`,
    '?__proto__=x&state=__proto__',
    "?state=' OR 1=1 --",
  ])('is a page that says so: %s', async query => {
    const { status, body } = await served.browser().get(`/callback/generic${query.replaceAll(' ', '%20')}`)
    expect([status, titleOf(body)]).toEqual([400, 'This sign-in cannot go on'])
  })
})

describe('headers as nobody sends them', () => {
  it.each([
    ['Accept-Language', 'x'.repeat(10_000)],
    ['Accept-Language', ',;q=,;;;q=9,*;q=,fr;q=0'],
    ['Accept-Language', '__proto__, constructor;q=1'],
    ['Cookie', 'a=b; '.repeat(2000)],
    ['Cookie', '__Host-sign-in'],
    ['Cookie', '=;;=;__Host-sign-in==;'],
    ['traceparent', '00-%0a-x'],
    ['X-Cloud-Trace-Context', '<script>'],
    ['Content-Type', 'application/x-www-form-urlencoded; charset=\u00ff'],
    ['Origin', 'null, null'],
  ])('change nothing: %s', async (name, value) => {
    const browser = served.browser()
    expect((await browser.get(`/link/${ID}`, { headers: { [name]: value } })).status).toBe(404)
    expect((await browser.get('/disowned/en', { headers: { [name]: value } })).status).toBe(200)
    expect((await browser.get('/callback/generic?state=x', { headers: { [name]: value } })).status).toBe(400)
  })

  it('are not taken twice for the site that a form came from', async () => {
    const headers = { 'Sec-Fetch-Site': ['same-origin', 'cross-site'] }
    expect((await served.browser().post(`/link/${ID}`, { headers })).status).toBe(403)
  })
})

describe('every response', () => {
  const policy = (more: string) =>
    expect.stringMatching(new RegExp(`^default-src 'none'; ${more}; base-uri 'none'; frame-ancestors 'none'$`))
  const style = "style-src 'sha256-[A-Za-z0-9+/]{43}='"

  const expectSecured = (headers: Readonly<Record<string, unknown>>) =>
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.stringMatching(/^max-age=\d{8}/),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'x-robots-tag': 'noindex, nofollow',
    })

  it('has the security headers, whatever it is', async () => {
    const browser = served.browser()
    const link = await served.offer({ speaker: someone() })
    await browser.get(link)
    await browser.send(link, { method: 'HEAD' })
    const back = await served.comeBack(browser, link)
    await browser.get(back)
    await browser.get(back)
    await browser.post(`${link}/disown`)
    await browser.post(`${await served.offer({ speaker: someone() })}/disown`)
    await browser.get('/disowned/fr')
    await browser.get('/nothing')
    await browser.post(link, { headers: { 'Sec-Fetch-Site': 'cross-site' } })
    await browser.send(link, { method: 'PUT' })
    await browser.send('/session', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' })
    await browser.send('/session', { method: 'OPTIONS' })
    expect(browser.answers.map(({ status }) => status)).toEqual([
      200, 200, 303, 200, 400, 410, 303, 200, 404, 403, 405, 400, 405,
    ])
    for (const { headers } of browser.answers) {
      expectSecured(headers)
      expect(headers['content-security-policy']).toEqual(
        policy(`style-src (?:'none'|${style.slice(10)}); img-src data:; form-action .*`),
      )
      expect(Object.keys(headers).filter(name => /^(?:access-control|x-powered|etag|server)/.test(name))).toEqual([])
    }
  })

  it('allows forms only where the page has some, and to leave only where they do', async () => {
    const browser = served.browser()
    const link = await served.offer({ speaker: someone() })
    const policies = [await browser.get(link), await browser.get(await served.comeBack(browser, link))].map(
      ({ headers }) => headers['content-security-policy'],
    )
    const loopback = 'http://localhost:\\* http://127.0.0.1:\\*'
    expect(policies).toEqual([
      policy(`${style}; img-src data:; form-action 'self' https: ${loopback}`),
      policy(`${style}; img-src data:; form-action 'self'`),
    ])
    const { headers } = await browser.get('/nothing')
    expect(headers['content-security-policy']).toEqual(policy(`${style}; img-src data:; form-action 'none'`))
  })

  it('has no script, nothing from elsewhere, one h1, a title and a language', async () => {
    const browser = served.browser()
    const link = await served.offer({ speaker: someone() })
    const pages = [
      await browser.get(link),
      await browser.get(await served.comeBack(browser, link)),
      await browser.get('/nothing'),
      await browser.get('/disowned/de'),
    ]
    for (const { body } of pages) {
      expect(body.match(/<link [^>]*/g)).toEqual([
        expect.stringMatching(/^<link rel="icon" href="data:image\/svg\+xml,/),
      ])
      expect(body).not.toMatch(/<script|javascript:| on[a-z]+=|<img|<iframe|url\(|@import|https?:/i)
      expect(body.match(/<h1>/g)).toHaveLength(1)
      expect(body).toMatch(/^<!doctype html>\n<html lang="[a-z]{2}">/)
      expect(body).toMatch(/<title>[^<]+<\/title>/)
      expect(Buffer.byteLength(body)).toBeLessThan(10 * 1024)
    }
  })
})
