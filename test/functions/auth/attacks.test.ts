import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ada, mallory } from '../../shared/oauth/estate.ts'
import { actionsOf, type Browser, codeOf, titleOf } from './browser.ts'
import { type ServedAuth, serveAuth, someone } from './served-auth.ts'

const isOffered = async ({ chat, service }: ServedAuth, speaker = ada) => {
  const signal = AbortSignal.timeout(20_000)
  const shown = { agent: 'Travel desk', channel: 'Slack', account: 'a•••', language: 'en' }
  const account = await chat.forTurn({ speaker, shown, signal }).requireAccount(service)
  return account.outcome !== 'token'
}

describe('a link', () => {
  it('forwarded to somebody else links nothing unless they give away the code that they are warned of', async () => {
    await using served = await serveAuth()
    const victim = served.browser()
    const { body } = await victim.get(
      await served.comeBack(victim, await served.offer({ speaker: mallory }), { account: 'grace' }),
    )
    expect(body).toContain('Give it to nobody')
    expect(actionsOf(body)).toHaveLength(1)
    expect(await isOffered(served, mallory)).toBe(true)
  })

  it('survives previews that fetch it first, and twice', async () => {
    await using served = await serveAuth()
    const [preview, browser] = [served.browser(), served.browser()]
    const link = await served.offer()
    for (const method of ['GET', 'HEAD', 'GET', 'HEAD']) await preview.send(link, { method })
    await preview.get(`${link}/disown`)
    expect(preview.answers.map(({ headers }) => headers['set-cookie'])).toEqual(Array(5).fill(undefined))
    const { body } = await browser.get(await served.comeBack(browser, link))
    expect(await served.chat.submitCode(ada, codeOf(body))).toMatchObject({ outcome: 'accepted' })
  })

  it('cannot be guessed or looked up by its hash', async () => {
    await using served = await serveAuth()
    const link = await served.offer()
    const id = link.slice('/link/'.length)
    const hash = createHash('sha256').update(id).digest('base64url')
    for (const path of [
      `/link/${hash}`,
      `/link/${hash.slice(0, 22)}`,
      `/link/${id.slice(0, 21)}`,
      `${link}=`,
      `${link}/`,
    ]) {
      expect((await served.browser().get(path)).status).toBe(404)
    }
  })
})

describe('the provider’s answer', () => {
  const steal = async (served: ServedAuth, take: (back: string, thief: Browser, owner: Browser) => Promise<void>) => {
    const [owner, thief] = [served.browser(), served.browser()]
    await take(await served.comeBack(owner, await served.offer()), thief, owner)
  }

  it('is of no use to whoever has stolen it, cookie of another sign-in included, and is not used up by them', async () => {
    await using served = await serveAuth()
    await steal(served, async (back, thief, owner) => {
      await served.comeBack(thief, await served.offer({ speaker: mallory }))
      for (const headers of [{}, { Cookie: `__Host-sign-in=${'A'.repeat(43)}` }]) {
        const { status, body } = await thief.get(back, { headers })
        expect([status, titleOf(body), codeOf(body)]).toEqual([403, 'This began in another browser', ''])
      }
      expect(codeOf((await owner.get(back)).body)).not.toBe('')
    })
  })

  it('is refused without the cookie, and with the cookie twice', async () => {
    await using served = await serveAuth()
    await steal(served, async (back, _, owner) => {
      const [cookie = ''] = String(owner.answers[0]?.headers['set-cookie']).split(';')
      for (const header of [null, '', `${cookie}x`, `${cookie}; ${cookie}`, `__Host-sign-in=; ${cookie}`]) {
        expect((await owner.get(back, { headers: { Cookie: header } })).status).toBe(403)
      }
      expect((await owner.get(back, { headers: { Cookie: `a=b; ${cookie};c` } })).status).toBe(200)
    })
  })

  it('counts once', async () => {
    await using served = await serveAuth()
    await steal(served, async (back, _, owner) => {
      const first = await owner.get(back)
      const { status, body } = await owner.get(back)
      expect([status, titleOf(body), codeOf(body)]).toEqual([400, 'This sign-in cannot go on', ''])
      expect(await served.chat.submitCode(ada, codeOf(first.body))).toMatchObject({ outcome: 'accepted' })
    })
  })

  it('counts once also when it comes twice at the same moment', async () => {
    await using served = await serveAuth()
    await steal(served, async (back, _, owner) => {
      const answers = await Promise.all([owner.get(back), owner.get(back)])
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400])
    })
  })

  it('is not used up by HEAD', async () => {
    await using served = await serveAuth()
    await steal(served, async (back, _, owner) => {
      expect((await owner.send(back, { method: 'HEAD' })).status).toBe(405)
      expect((await owner.get(back)).status).toBe(200)
    })
  })

  it('is taken only at the path of its own service, and the sign-in is over', async () => {
    await using served = await serveAuth()
    await steal(served, async (back, _, owner) => {
      const { status, body } = await owner.get(back.replace('/callback/generic', '/callback/other'))
      expect([status, titleOf(body)]).toEqual([400, 'This answer came from the wrong place'])
      expect((await owner.get(back)).status).toBe(400)
      expect(served.idp.calls.count('token')).toBe(0)
    })
  })

  it('is refused when it names another issuer, or none', async () => {
    for (const change of ['iss=https%3A%2F%2Fevil.example', '']) {
      await using served = await serveAuth()
      await steal(served, async (back, _, owner) => {
        const { status, body } = await owner.get(back.replace(/iss=[^&]*/, change))
        expect([status, codeOf(body)]).toEqual([502, ''])
        expect(served.idp.calls.count('token')).toBe(0)
      })
    }
  })

  it.each([
    ['state', 400],
    ['code', 502],
    ['iss', 502],
  ])('is refused when it has %s twice', async (parameter, expected) => {
    await using served = await serveAuth()
    await steal(served, async (back, _, owner) => {
      const again = new URLSearchParams(back.slice(back.indexOf('?'))).get(parameter) ?? ''
      const { status, body } = await owner.get(`${back}&${parameter}=${encodeURIComponent(again)}`)
      expect([status, codeOf(body)]).toEqual([expected, ''])
      expect(served.idp.calls.count('token')).toBe(0)
    })
  })

  it('is refused once ten minutes have gone since the link was offered', async () => {
    await using served = await serveAuth()
    await steal(served, async (back, _, owner) => {
      served.clock.now += 10 * 60_000
      expect((await owner.get(back)).status).toBe(400)
    })
  })

  it('is worth nothing with a code of another sign-in: PKCE and nonce bind it', async () => {
    await using served = await serveAuth()
    await steal(served, async (back, thief, owner) => {
      const other = await served.comeBack(thief, await served.offer({ speaker: mallory }), { account: 'grace' })
      const codeOfAnswer = (path: string) => /[?&]code=([^&]*)/.exec(path)?.[1] ?? ''
      const { status, body } = await owner.get(back.replace(codeOfAnswer(back), codeOfAnswer(other)))
      expect([status, codeOf(body)]).toEqual([502, ''])
    })
  })
})

describe('the code', () => {
  const shown = async (served: ServedAuth) => {
    const browser = served.browser()
    const { body } = await browser.get(await served.comeBack(browser, await served.offer()))
    return { code: codeOf(body), body }
  }

  it('counts only in the conversation where the sign-in was begun, and only from who began it', async () => {
    await using served = await serveAuth()
    const { code } = await shown(served)
    for (const speaker of [mallory, { ...ada, sender: mallory.sender }, { ...ada, conversation: 'another' }]) {
      expect(await served.chat.submitCode(speaker, code)).toEqual({ outcome: 'none' })
    }
    expect(await served.chat.submitCode(ada, code)).toMatchObject({ outcome: 'accepted' })
  })

  it('is worth nothing after three wrong ones', async () => {
    await using served = await serveAuth()
    const { code } = await shown(served)
    const wrong = code === 'BBB-BBB' ? 'CCC-CCC' : 'BBB-BBB'
    for (const attemptsLeft of [2, 1, 0]) {
      expect(await served.chat.submitCode(ada, wrong)).toMatchObject({ outcome: 'wrong', attemptsLeft })
    }
    expect(await served.chat.submitCode(ada, code)).toEqual({ outcome: 'none' })
  })

  it('is worth nothing after the time that the page says', async () => {
    await using served = await serveAuth()
    const { code, body } = await shown(served)
    expect(body).toContain('Valid for 5 minutes')
    served.clock.now += 5 * 60_000
    expect(await served.chat.submitCode(ada, code)).toMatchObject({ outcome: 'expired' })
  })

  it('can be taken back only by the browser that shows it', async () => {
    await using served = await serveAuth()
    const { code, body } = await shown(served)
    expect((await served.browser().post(actionsOf(body)[0] ?? '')).status).toBe(403)
    expect(await served.chat.submitCode(ada, code)).toMatchObject({ outcome: 'accepted' })
  })
})

describe('another site', () => {
  let served: ServedAuth
  beforeAll(async () => {
    served = await serveAuth()
  })
  afterAll(() => served[Symbol.asyncDispose]())

  const evil = 'https://evil.example'
  const forgeries: [string, Record<string, string | null>][] = [
    ['a form of another site', { 'Sec-Fetch-Site': 'cross-site', Origin: evil }],
    ['a form of another site without an origin', { 'Sec-Fetch-Site': 'cross-site', Origin: 'null' }],
    ['a form of a sister domain', { 'Sec-Fetch-Site': 'same-site', Origin: 'https://other.example.com' }],
    ['a browser that does not say where from', { 'Sec-Fetch-Site': 'none', Origin: null }],
    ['an old browser on another site', { 'Sec-Fetch-Site': null, Origin: evil }],
    ['an old browser on a page that hides its origin', { 'Sec-Fetch-Site': null, Origin: 'null' }],
    ['an old browser that says nothing', { 'Sec-Fetch-Site': null, Origin: null }],
    ['an old browser on an origin that only looks like ours', { 'Sec-Fetch-Site': null, Origin: 'http://localhost' }],
  ]

  it.each(forgeries)('cannot start or end a sign-in: %s', async (_, headers) => {
    const browser = served.browser()
    const link = await served.offer({ speaker: someone() })
    for (const path of [link, `${link}/disown`]) {
      const { status, headers: answered, body } = await browser.post(path, { headers })
      expect([status, titleOf(body), answered.location]).toEqual([403, 'Please begin in the chat', undefined])
    }
    expect((await browser.get(link)).status).toBe(200)
  })

  it('is told apart from an old browser on our own page', async () => {
    const headers = { 'Sec-Fetch-Site': null, Origin: served.baseUrl }
    expect((await served.browser().post(await served.offer({ speaker: someone() }), { headers })).status).toBe(303)
  })

  it.each([
    ['JSON', { 'Content-Type': 'application/json' }, '{}', 415],
    ['plain text, as a form of another site may send it', { 'Content-Type': 'text/plain' }, 'a=b', 415],
    ['a file upload', { 'Content-Type': 'multipart/form-data; boundary=x' }, '--x--', 415],
    ['no type', { 'Content-Type': null }, '', 415],
    ['more than our forms hold', {}, 'a'.repeat(1025), 413],
    ['more than our forms hold, in chunks', { 'Transfer-Encoding': 'chunked' }, 'a'.repeat(100_000), 413],
  ])('nor anybody else can start one with %s', async (_, headers, body, expected) => {
    const browser = served.browser()
    const link = await served.offer({ speaker: someone() })
    const { status, headers: answered } = await browser.post(link, { headers, body })
    expect([status, answered.location]).toEqual([expected, undefined])
    expect((await browser.get(link)).status).toBe(200)
  })

  it.each([
    'redirect_uri=https://evil.example/',
    'return_to=//evil.example',
    'next=https://evil.example',
    'url=javascript:alert(1)',
    'state=x&redirect_uri=https://evil.example/',
  ])('is not where anybody is sent: %s', async query => {
    const browser = served.browser()
    const link = await served.offer({ speaker: someone() })
    const started = await browser.post(`${link}?${query}`, { body: query })
    const location = new URL(started.headers.location ?? '')
    expect(location.origin).toBe(served.idp.url.origin)
    expect(location.searchParams.get('redirect_uri')).toBe(`${served.baseUrl}/callback/generic`)
    const { headers } = await browser.post(`${link}/disown?${query}`, { body: query })
    expect(headers.location).toBe('/disowned/en')
  })

  it.each([
    ['the host', { Host: 'evil.example' }],
    ['a forwarded host', { 'X-Forwarded-Host': 'evil.example', Forwarded: 'host=evil.example' }],
    ['a forwarded path', { 'X-Original-URL': '/disowned/en', 'X-Rewrite-URL': '/disowned/en' }],
  ])('gets nothing by %s', async (_, headers) => {
    const started = await served.browser().post(await served.offer({ speaker: someone() }), { headers })
    expect(new URL(started.headers.location ?? '').searchParams.get('redirect_uri')).toBe(
      `${served.baseUrl}/callback/generic`,
    )
  })
})

describe('words of others in a page', () => {
  let served: ServedAuth
  beforeAll(async () => {
    served = await serveAuth()
  })
  afterAll(() => served[Symbol.asyncDispose]())

  const hostile = [
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '</b></main><form action=https://evil.example method=post>',
    '</title><svg onload=alert(1)>',
    "' autofocus onfocus='alert(1)",
    '&lt;script&gt;&#60;script&#62;',
    '{{7*7}}',
    '\u202egnp.exe\u2066<b>\u0000\u0008\r\nSet-Cookie: a=b',
    `${'A'.repeat(5000)}<script>`,
    'a\u0301\u0301\u0301\u0301\u0301\u0301\u0301<',
  ]

  /** What the pages themselves are made of. */
  const TAGS = new Set(
    '!doctype b bdi body button circle dd div dl dt form h1 head html link main meta p path small span style svg title'.split(
      ' ',
    ),
  )

  it.each(hostile)('are text, whatever they are: %j', async words => {
    const browser = served.browser()
    const link = await served.offer({
      speaker: someone(),
      shown: { agent: words, channel: words, account: words, language: words },
    })
    const before = await browser.get(link)
    const after = await browser.get(await served.comeBack(browser, link))
    for (const [forms, { status, headers, body }] of [
      [2, before],
      [1, after],
    ] as const) {
      expect([status, headers['content-language'], headers['set-cookie']]).toEqual([200, 'en', undefined])
      expect([...body.matchAll(/<([a-z!]\w*)/gi)].map(([, tag]) => tag).filter(tag => !TAGS.has(tag ?? ''))).toEqual([])
      expect(body.match(/<form method="post" action="\/link\//g)).toHaveLength(forms)
      expect(body.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}|A{60}|\u0301{4}/u)
      expect(body.length).toBeLessThan(10_000)
    }
  })

  it('are not taken from the provider or from the request either', async () => {
    const browser = served.browser()
    await served.comeBack(browser, await served.offer({ speaker: someone() }))
    const words = '<b>evil</b>'
    for (const path of [
      `/callback/generic?error=${encodeURIComponent(words)}&error_description=${encodeURIComponent(words)}`,
      `/link/${encodeURIComponent(words)}`,
      `/${encodeURIComponent(words)}?${encodeURIComponent(words)}`,
    ]) {
      expect((await browser.get(path)).body).not.toContain('evil')
    }
  })
})

describe('what is secret', () => {
  it('stands in no log entry, in no address that we send anybody to, and in no page but the one it is for', async () => {
    await using served = await serveAuth()
    const [browser, thief] = [served.browser(), served.browser()]
    const link = await served.offer()
    await browser.get(link)
    const back = await served.comeBack(browser, link)
    await thief.get(back)
    const { body } = await browser.get(back)
    await browser.get(back)
    await served.chat.submitCode(ada, codeOf(body))
    const signal = AbortSignal.timeout(20_000)
    const shown = { agent: 'a', channel: 'b', account: 'c', language: 'en' }
    const account = await served.chat.forTurn({ speaker: ada, shown, signal }).requireAccount(served.service)
    const answer = new URLSearchParams(back.slice(back.indexOf('?')))
    const cookie = /__Host-sign-in=([^;]*)/.exec(String(browser.answers[1]?.headers['set-cookie']))?.[1] ?? ''
    const secrets = {
      link: link.slice('/link/'.length),
      cookie,
      clientSecret: served.environment.SECRET ?? '',
      authorizationCode: answer.get('code') ?? '',
      signInCode: codeOf(body),
      pageId: actionsOf(body)[0]?.split('/')[2] ?? '',
      accessToken: account.outcome === 'token' ? account.accessToken : '',
    }
    expect(Object.values(secrets).filter(secret => secret.length < 7)).toEqual([])
    const everything = { ...secrets, state: answer.get('state') ?? 'none' }

    const logged = JSON.stringify(served.entries)
    for (const secret of Object.values(everything)) expect(logged).not.toContain(secret)
    const locations = [...browser.answers, ...thief.answers].map(({ headers }) => headers.location ?? '').join(' ')
    for (const secret of Object.values(secrets)) expect(locations).not.toContain(secret)
    const { clientSecret, authorizationCode, accessToken } = secrets
    for (const { body: page } of [...browser.answers, ...thief.answers]) {
      for (const secret of [clientSecret, authorizationCode, accessToken, cookie]) expect(page).not.toContain(secret)
    }
  })

  it('binds the browser by a cookie that only this host can set and no script can read', async () => {
    await using served = await serveAuth()
    const { headers } = await served.browser().post(await served.offer())
    expect(headers['set-cookie']).toHaveLength(1)
    expect(headers['set-cookie']?.[0]).toMatch(
      /^__Host-sign-in=[\w-]{43}; Max-Age=900; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
    )
  })

  it('goes to the provider as state, nonce and PKCE challenge alone, fresh each time', async () => {
    await using served = await serveAuth()
    const link = await served.offer()
    const browser = served.browser()
    const asked = async () => new URL((await browser.post(link)).headers.location ?? '').searchParams
    const [one, two] = [await asked(), await asked()]
    for (const name of ['state', 'nonce', 'code_challenge']) {
      expect(one.get(name)).toMatch(/^[\w-]{43}$/)
      expect(one.get(name)).not.toBe(two.get(name))
    }
    expect(one.get('code_challenge_method')).toBe('S256')
  })
})
