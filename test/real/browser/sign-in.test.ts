import { mkdtemp } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { close, listen } from '../../../infra/local/listen.ts'
import { type ServedAuth, serveAuth } from '../../functions/auth/served-auth.ts'
import { ada } from '../../shared/oauth/estate.ts'
import { testWith } from '../infra/part.ts'
import { chromiumPart, launchChromium, openProfile } from './chromium.ts'
import { focusShown, lookAt } from './page-checks.ts'

const test = testWith(chromiumPart)

let chromium: Browser
let pictures: string
beforeAll(async () => {
  if (!chromiumPart.found) return
  chromium = await launchChromium()
  pictures = await mkdtemp(join(tmpdir(), 'auth-pages-'))
  console.info(`screenshots: ${pictures}`)
})
afterAll(() => chromium?.close())

const heading = (page: Page) => page.locator('h1').innerText()
const button = (page: Page, name: string) => page.getByRole('button', { name })
const shownCode = (page: Page) => page.locator('.code b').innerText()

/** Goes on to the provider and allows it there, as Ada. */
const signIn = async (page: Page) => {
  await button(page, 'Yes, continue').click()
  await button(page, 'Allow as Ada').click()
  await page.waitForURL(/\/callback\//)
}

describe('a person with a browser', () => {
  test('signs in: from the link to the provider on another site, and back to a code that the chat accepts', async () => {
    await using served = await serveAuth()
    await using profile = await openProfile(chromium)
    const page = await profile.context.newPage()
    await page.goto(served.baseUrl + (await served.offer()))
    await button(page, 'Yes, continue').click()
    await page.waitForURL(/\/interaction\//)
    expect(await page.evaluate('document.referrer')).toBe('')
    await button(page, 'Allow as Ada').click()
    await page.waitForURL(/\/callback\//)
    expect(await heading(page)).toBe('Type this code in the chat')
    expect(await served.chat.submitCode(ada, await shownCode(page))).toMatchObject({ outcome: 'accepted' })

    const [cookie, ...others] = (await profile.context.cookies(served.baseUrl)).filter(
      ({ domain }) => domain === 'localhost',
    )
    expect(others).toEqual([])
    expect(cookie).toMatchObject({ name: '__Host-sign-in', httpOnly: true, secure: true, sameSite: 'Lax', path: '/' })
    expect(profile.errorsAt(served.baseUrl)).toEqual([])
    expect(profile.origins).toEqual(new Set([served.baseUrl, served.idp.url.origin]))
  })

  test('signs in without scripts', async () => {
    await using served = await serveAuth()
    await using profile = await openProfile(chromium, { javaScriptEnabled: false })
    const page = await profile.context.newPage()
    await page.goto(served.baseUrl + (await served.offer()))
    await signIn(page)
    expect(await served.chat.submitCode(ada, await shownCode(page))).toMatchObject({ outcome: 'accepted' })
  })

  test('comes straight back when the provider knows them already: every redirect after the form is allowed', async () => {
    await using served = await serveAuth({ settings: { scopes: ['openid'], authorizationParameters: {} } })
    await using profile = await openProfile(chromium)
    const page = await profile.context.newPage()
    await page.goto(served.baseUrl + (await served.offer()))
    await signIn(page)
    await page.goto(served.baseUrl + (await served.offer({ speaker: { ...ada, conversation: 'another' } })))
    await button(page, 'Yes, continue').click()
    await page.waitForURL(/\/callback\//)
    expect(await heading(page)).toBe('Type this code in the chat')
    expect(profile.errorsAt(served.baseUrl)).toEqual([])
  })

  test('needs only the keyboard, and sees where they are', async () => {
    await using served = await serveAuth()
    await using profile = await openProfile(chromium)
    const page = await profile.context.newPage()
    await page.goto(served.baseUrl + (await served.offer()))
    await page.keyboard.press('Tab')
    expect(await focusShown(page)).toBe('Yes, continue')
    await page.keyboard.press('Tab')
    expect(await focusShown(page)).toBe('This wasn’t me')
    await page.keyboard.press('Shift+Tab')
    await page.screenshot({ path: join(pictures, 'focus.png') })
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/interaction\//)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/callback\//)
    await page.keyboard.press('Tab')
    expect(await focusShown(page)).toBe('This wasn’t me')
    await page.keyboard.press('Space')
    await page.waitForURL(/\/disowned\/en$/)
    expect(await heading(page)).toBe('The sign-in is cancelled')
    expect(profile.errorsAt(served.baseUrl)).toEqual([])
  })

  test('selects the whole code with one click, and nothing beside it', async () => {
    await using served = await serveAuth()
    await using profile = await openProfile(chromium)
    const page = await profile.context.newPage()
    await page.goto(served.baseUrl + (await served.offer()))
    await signIn(page)
    const code = await shownCode(page)
    await page.locator('.code b').click()
    expect(await page.evaluate('getSelection().toString()')).toBe(code)
    await page.keyboard.press('Control+A')
    expect(await page.evaluate('getSelection().toString()')).not.toContain([...code.replace('-', '')].join(' '))
  })

  test('hears from a screen reader what there is to see', async () => {
    await using served = await serveAuth()
    await using profile = await openProfile(chromium)
    const page = await profile.context.newPage()
    await page.goto(served.baseUrl + (await served.offer()))
    expect(await page.locator('main').ariaSnapshot()).toBe(
      `- main:
  - heading "Sign in for your chat" [level=1]
  - paragraph: "Travel desk would like to use your account at generic. The request came from this chat:"
  - term: Assistant
  - definition: Travel desk
  - term: Channel
  - definition: Slack
  - term: Chat account
  - definition: a•••
  - term: Sign in at
  - definition: generic
  - paragraph: Is that your chat? If somebody sent you this link, or you asked for nothing, choose “This wasn’t me”.
  - button "Yes, continue"
  - button "This wasn’t me"`,
    )
    await signIn(page)
    const code = await shownCode(page)
    expect(await page.locator('main').ariaSnapshot()).toBe(
      `- main:
  - heading "Type this code in the chat" [level=1]
  - paragraph: It belongs in your chat with Travel desk on Slack, as a•••.
  - paragraph: ${[...code.replace('-', '')].join(' ')}
  - text: Valid for 5 minutes, shown only this once
  - paragraph: Give it to nobody, and type it nowhere else. Nobody will ever ask you for it.
  - paragraph: You signed in at generic as a•••@contoso.example. If that is not your account, or not your chat, or you asked for nothing, take this sign-in back.
  - button "This wasn’t me"`,
    )
  })

  test('is told that a code is shown once, when they load its page again', async () => {
    await using served = await serveAuth()
    await using profile = await openProfile(chromium)
    const page = await profile.context.newPage()
    await page.goto(served.baseUrl + (await served.offer()))
    await signIn(page)
    await page.reload()
    expect(await heading(page)).toBe('This sign-in cannot go on')
  })
})

describe('another site', () => {
  const withSite = async (
    content: (served: ServedAuth, link: string) => string,
    look: (page: Page, served: ServedAuth, link: string) => Promise<void>,
  ) => {
    await using served = await serveAuth()
    await using profile = await openProfile(chromium)
    const link = await served.offer()
    const site = http.createServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(content(served, served.baseUrl + link))
    })
    try {
      const page = await profile.context.newPage()
      // 127.0.0.1 is another site than localhost.
      await page.goto(`http://127.0.0.1:${await listen(site)}`)
      await look(page, served, link)
    } finally {
      await close(site)
    }
  }

  test('cannot start or end a sign-in with a form of its own', async () => {
    for (const more of ['', '/disown']) {
      await withSite(
        (_, link) =>
          `<meta name="referrer" content="no-referrer"><form method="post" action="${link}${more}"><button>Win</button></form>`,
        async (page, served, link) => {
          await button(page, 'Win').click()
          await page.waitForURL(`${served.baseUrl}/**`)
          expect(await heading(page)).toBe('Please begin in the chat')
          expect((await page.goto(served.baseUrl + link))?.status()).toBe(200)
        },
      )
    }
  })

  test('cannot frame a page', async () => {
    await withSite(
      (_, link) => `<iframe src="${link}"></iframe>`,
      async page => {
        await expect.poll(() => page.frames()[1]?.url()).toBe('chrome-error://chromewebdata/')
      },
    )
  })

  test('cannot hold on to a page that it has opened', async () => {
    await withSite(
      (_, link) => `<a target="_blank" rel="opener" href="${link}">Open</a>`,
      async page => {
        const [opened] = await Promise.all([page.context().waitForEvent('page'), page.click('a')])
        await opened.waitForLoadState()
        expect(await heading(opened)).toBe('Sign in for your chat')
        expect(await opened.evaluate('opener')).toBeNull()
      },
    )
  })
})

const looks = [360, 1280].flatMap(width => (['light', 'dark'] as const).map(colorScheme => ({ width, colorScheme })))

describe('how the pages look', () => {
  test.each(['en', 'fr', 'de', 'es'])(
    'in %s: nothing is wrong with them on a phone and on a desk, light and dark',
    async language => {
      await using served = await serveAuth({ persona: 'google' })
      await using profile = await openProfile(chromium, { locale: language })
      const page = await profile.context.newPage()
      const look = async (name: string) => {
        for (const { width, colorScheme } of looks) {
          await page.setViewportSize({ width, height: 760 })
          await page.emulateMedia({ colorScheme })
          const path = join(pictures, `${name}-${language}-${width}-${colorScheme}.png`)
          await page.screenshot({ path, fullPage: true })
          expect(await lookAt(page)).toEqual([])
        }
      }
      await page.goto(served.baseUrl + (await served.offer({ shown: { language, account: 'ada@co•••' } })))
      await look('link')
      await page.locator('button').first().click()
      await button(page, 'Allow as Ada').click()
      await page.waitForURL(/\/callback\//)
      await look('code')
      await page.locator('button').click()
      await page.waitForURL(/\/disowned\//)
      await look('disowned')
      expect(profile.errorsAt(served.baseUrl)).toEqual([])

      await page.goto(`${served.baseUrl}/callback/google?state=x`)
      await look('callback-unknown')
    },
  )

  test('a page with a way to try again', async () => {
    await using served = await serveAuth()
    served.idp.faults.set('discovery', { kind: 'down' })
    await using profile = await openProfile(chromium, { viewport: { width: 360, height: 740 } })
    const page = await profile.context.newPage()
    await page.goto(served.baseUrl + (await served.offer()))
    await button(page, 'Yes, continue').click()
    expect(await heading(page)).toBe('The sign-in service is not available')
    expect(await lookAt(page)).toEqual([])
    await page.screenshot({ path: join(pictures, 'try-again.png') })
    served.idp.faults.clear()
    await page.getByRole('link', { name: 'Try again' }).click()
    await signIn(page)
    expect(await heading(page)).toBe('Type this code in the chat')
  })

  test('the narrowest phone, large type and the longest names: nothing is cut off or scrolls sideways', async () => {
    await using served = await serveAuth()
    await using profile = await openProfile(chromium, { viewport: { width: 320, height: 568 } })
    const page = await profile.context.newPage()
    const long = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikationsstätte'
    const shown = {
      agent: long,
      channel: long,
      account: `${'x'.repeat(40)}•••@${'y'.repeat(40)}.example`,
      language: 'de',
    }
    await page.goto(served.baseUrl + (await served.offer({ shown })))
    const look = async (name: string) => {
      expect(await lookAt(page)).toEqual([])
      // WCAG 2.2 §1.4.4: text at 200 %.
      await page.evaluate('document.documentElement.style.fontSize = "200%"')
      expect(await lookAt(page)).toEqual([])
      await page.screenshot({ path: join(pictures, `${name}-large.png`), fullPage: true })
    }
    await look('link')
    await page.locator('button').first().click()
    await button(page, 'Allow as Ada').click()
    await page.waitForURL(/\/callback\//)
    await look('code')
  })

  test('forced colours keep the outlines of what can be pressed', async () => {
    await using served = await serveAuth()
    await using profile = await openProfile(chromium, { forcedColors: 'active', viewport: { width: 360, height: 740 } })
    const page = await profile.context.newPage()
    await page.goto(served.baseUrl + (await served.offer()))
    await page.keyboard.press('Tab')
    expect(await focusShown(page)).toBe('Yes, continue')
    await page.screenshot({ path: join(pictures, 'forced-colours.png') })
    const borders = await page.evaluate(
      `[...document.querySelectorAll('button')].map(each => getComputedStyle(each).border)`,
    )
    expect(borders).toEqual(Array(2).fill(expect.stringMatching(/^1px solid rgb\(/)))
  })

  test('nothing moves', async () => {
    await using served = await serveAuth()
    await using profile = await openProfile(chromium)
    const page = await profile.context.newPage()
    await page.goto(served.baseUrl + (await served.offer()))
    expect(await page.evaluate('document.getAnimations().length')).toBe(0)
    const moving = `[...document.querySelectorAll('*')].map(each => getComputedStyle(each))
      .filter(style => style.transitionDuration !== '0s' || style.animationName !== 'none').length`
    expect(await page.evaluate(moving)).toBe(0)
  })
})
