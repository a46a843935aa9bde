import { describe, expect, it, vi } from 'vitest'
import { ada } from '../../shared/oauth/estate.ts'
import { actionsOf, codeOf, languageOf, titleOf } from './browser.ts'
import { type ServedAuth, serveAuth } from './served-auth.ts'

const outcomeIn = async ({ chat, service }: ServedAuth) => {
  const signal = AbortSignal.timeout(20_000)
  const shown = { agent: 'Travel desk', channel: 'Slack', account: 'a•••', language: 'en' }
  return chat.forTurn({ speaker: ada, shown, signal }).requireAccount(service)
}

describe.each(['google', 'microsoft', 'oci-iam', 'oam', 'generic'] as const)('signing in at %s', persona => {
  it('leads from the link to the provider, back to a code, and with the code to the account', async () => {
    await using served = await serveAuth({ persona })
    const browser = served.browser()
    const link = await served.offer()

    const page = await browser.get(link)
    expect(page.status).toBe(200)
    expect(actionsOf(page.body)).toEqual([link, `${link}/disown`])

    const started = await browser.post(link)
    expect(started.status).toBe(303)
    const back = await served.idp.signIn(started.headers.location ?? '', { account: 'ada' })
    expect(back.href.startsWith(`${served.baseUrl}/callback/${persona}?`)).toBe(true)

    const shown = await browser.get(`${back.pathname}${back.search}`)
    expect([shown.status, titleOf(shown.body)]).toEqual([200, 'Type this code in the chat'])
    expect(shown.body).toContain('Valid for 5 minutes')
    const submitted = await served.chat.submitCode(ada, codeOf(shown.body))
    expect(submitted).toMatchObject({ outcome: 'accepted', interrupted: { text: 'my next meeting' } })
    expect(await outcomeIn(served)).toMatchObject({ outcome: 'token' })
  })
})

describe('the page of the link', () => {
  it('says which agent wants the account, on which channel, for which account there, and where to sign in', async () => {
    await using served = await serveAuth({ persona: 'google' })
    const { body } = await served.browser().get(await served.offer())
    for (const text of ['Travel desk', 'Slack', 'a•••', 'Google']) expect(body).toContain(`>${text}</bdi>`)
  })

  it('lets only the link work that the conversation showed last', async () => {
    await using served = await serveAuth()
    const browser = served.browser()
    const [first, second] = [await served.offer(), await served.offer()]
    expect((await browser.get(first)).status).toBe(404)
    expect((await browser.get(second)).status).toBe(200)
  })

  it('can be used again after going back, until the provider has answered', async () => {
    await using served = await serveAuth()
    const browser = served.browser()
    const link = await served.offer()
    await browser.post(link)
    expect((await browser.get(link)).status).toBe(200)
    await browser.get(await served.comeBack(browser, link))
    expect((await browser.get(link)).status).toBe(404)
    expect((await browser.post(link)).status).toBe(404)
  })

  it('is gone after ten minutes', async () => {
    await using served = await serveAuth()
    const link = await served.offer()
    served.clock.now += 10 * 60_000
    const { status, body } = await served.browser().get(link)
    expect([status, titleOf(body)]).toEqual([404, 'This link no longer works'])
  })

  it('answers HEAD like GET, without content', async () => {
    await using served = await serveAuth()
    const browser = served.browser()
    const link = await served.offer()
    const [head, get] = [await browser.send(link, { method: 'HEAD' }), await browser.get(link)]
    const { date: _, ...headers } = head.headers
    expect(head).toMatchObject({ status: 200, body: '' })
    expect(get.headers).toMatchObject(headers)
  })
})

describe('the page with the code', () => {
  it('says for whom, and as whom the user has signed in', async () => {
    await using served = await serveAuth()
    const browser = served.browser()
    const { body } = await browser.get(await served.comeBack(browser, await served.offer()))
    for (const text of ['Travel desk', 'Slack', 'a•••', 'a•••@contoso.example'])
      expect(body).toContain(`>${text}</bdi>`)
  })

  it('offers two sign-ins of one browser at once, each its own', async () => {
    await using served = await serveAuth()
    const browser = served.browser()
    const speakers = ['one', 'two'].map(conversation => ({ ...ada, conversation }))
    const links = await Promise.all(speakers.map(speaker => served.offer({ speaker })))
    const ways = []
    for (const link of links) ways.push(await served.comeBack(browser, link))
    for (const [index, way] of ways.entries()) {
      const { body } = await browser.get(way)
      const speaker = speakers[index] ?? ada
      expect(await served.chat.submitCode(speaker, codeOf(body))).toMatchObject({ outcome: 'accepted' })
    }
  })
})

describe('“this wasn’t me”', () => {
  it('ends the sign-in before it begins', async () => {
    await using served = await serveAuth()
    const browser = served.browser()
    const link = await served.offer()
    const answer = await browser.post(`${link}/disown`)
    expect([answer.status, answer.headers.location]).toEqual([303, '/disowned/en'])
    expect(titleOf((await browser.get('/disowned/en')).body)).toBe('The sign-in is cancelled')
    expect((await browser.post(link)).status).toBe(410)
    expect(await outcomeIn(served)).toEqual({ outcome: 'cancelled', by: 'disowned' })
  })

  it('takes back the code and the tokens behind it', async () => {
    await using served = await serveAuth()
    const browser = served.browser()
    const { body } = await browser.get(await served.comeBack(browser, await served.offer()))
    const [action = ''] = actionsOf(body)
    expect((await browser.post(action)).status).toBe(303)
    expect(await served.chat.submitCode(ada, codeOf(body))).toEqual({ outcome: 'none' })
    await vi.waitFor(() => expect(served.idp.calls.count('revocation', { status: 200 })).toBe(2))
    expect(await outcomeIn(served)).toEqual({ outcome: 'cancelled', by: 'disowned' })
  })

  it('promises nothing where the code may have been typed already', async () => {
    await using served = await serveAuth()
    const browser = served.browser()
    const { body } = await browser.get(await served.comeBack(browser, await served.offer()))
    await served.chat.submitCode(ada, codeOf(body))
    const answer = await browser.post(actionsOf(body)[0] ?? '')
    expect([answer.status, titleOf(answer.body)]).toEqual([410, 'This sign-in is over'])
    expect(answer.body).toContain('remove the access')
  })
})

describe('a sign-in that fails', () => {
  it('is a page of its own when the user declines at the provider, and the conversation hears it', async () => {
    await using served = await serveAuth()
    const browser = served.browser()
    const back = await served.comeBack(browser, await served.offer(), { decision: 'refuse' })
    const { status, body } = await browser.get(back)
    expect([status, titleOf(body)]).toEqual([200, 'Access was not given'])
    expect(await outcomeIn(served)).toEqual({ outcome: 'cancelled', by: 'provider' })
  })

  it.each([
    ['is down', { kind: 'down' }],
    ['answers with a web page', { kind: 'html' }],
    ['answers 500', { kind: 'status', status: 500 }],
    ['answers with broken JSON', { kind: 'json', text: '{"issuer":' }],
  ] as const)('can be tried again while the provider %s', async (_, fault) => {
    await using served = await serveAuth()
    const browser = served.browser()
    const link = await served.offer()
    served.idp.faults.set('discovery', fault)
    const { status, body } = await browser.post(link)
    expect([status, titleOf(body)]).toEqual([502, 'The sign-in service is not available'])
    expect(body).toContain(`<a class="go" href="${link}">`)
    served.idp.faults.clear()
    expect((await browser.post(link)).status).toBe(303)
  })

  it.each([
    ['is down', { kind: 'down' }],
    ['loses its answer', { kind: 'lost' }],
    ['answers with a web page', { kind: 'html' }],
    ['answers 500', { kind: 'status', status: 500 }],
    ['answers with broken JSON', { kind: 'json', text: '[]' }],
  ] as const)('shows no code when the token endpoint %s', async (_, fault) => {
    await using served = await serveAuth()
    const browser = served.browser()
    const back = await served.comeBack(browser, await served.offer())
    served.idp.faults.set('token', fault)
    const { status, body } = await browser.get(back)
    expect([status, titleOf(body), codeOf(body)]).toEqual([502, 'The sign-in service is not available', ''])
    expect(await outcomeIn(served)).toMatchObject({ outcome: 'failed' })
  })

  it('says so when the store fails, and nothing of the reason', async () => {
    await using served = await serveAuth({ environment: { STORE: 'sqlite:/nowhere/store.sqlite' } })
    const { status, body } = await served.browser().get(`/link/${'x'.repeat(22)}`)
    expect([status, titleOf(body)]).toEqual([500, 'Something went wrong here'])
    expect(body).not.toMatch(/sqlite|nowhere|Error/)
    expect(served.entries.at(-1)).toMatchObject({ severity: 'ERROR', message: 'request failed' })
  })
})

describe('the language of a page', () => {
  it.each([
    ['the conversation’s', 'de-AT', 'fr', 'de'],
    ['one that the browser accepts, where the conversation’s is none of ours', 'pt', 'nl, es;q=0.5, fr;q=0.8', 'fr'],
    ['English, where nothing else is known', 'ja', undefined, 'en'],
  ])('is %s', async (_, language, accepted, expected) => {
    await using served = await serveAuth()
    const browser = served.browser()
    const headers = { 'Accept-Language': accepted ?? null }
    const link = await served.offer({ shown: { language } })
    const page = await browser.get(link, { headers })
    expect([languageOf(page.body), page.headers['content-language']]).toEqual([expected, expected])
    const back = await served.comeBack(browser, link)
    expect(languageOf((await browser.get(back, { headers })).body)).toBe(expected)
  })

  it('stays that of the conversation after “this wasn’t me”', async () => {
    await using served = await serveAuth()
    const link = await served.offer({ shown: { language: 'es' } })
    expect((await served.browser().post(`${link}/disown`)).headers.location).toBe('/disowned/es')
  })
})
