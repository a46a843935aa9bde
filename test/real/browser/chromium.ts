import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'

const PATH = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** What `testWith` wants to know. */
export const chromiumPart = {
  name: 'chromium',
  found: existsSync(PATH),
  how: 'apt-get install chromium, or name another one in CHROMIUM',
}

/** Without what Chromium would look up on the Internet by itself. */
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const launchChromium = (): Promise<Browser> =>
  // Root has no sandbox, and here it only meets pages of ours.
  chromium.launch({ executablePath: PATH, args: [...QUIET, '--no-sandbox'] })

/** A browser profile, with everything that has gone on in it. */
export type Profile = AsyncDisposable & {
  readonly context: BrowserContext
  /** Errors on the console of this origin's pages, violations of a content security policy among them. */
  errorsAt(origin: string): readonly string[]
  /** The origins that anything was asked for at. */
  readonly origins: Set<string>
}

export const openProfile = async (browser: Browser, options: BrowserContextOptions = {}): Promise<Profile> => {
  const context = await browser.newContext(options)
  context.setDefaultTimeout(8000)
  const errors: { readonly text: string; readonly url: string }[] = []
  const origins = new Set<string>()
  context.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning') {
      errors.push({ text: message.text(), url: message.location().url })
    }
  })
  context.on('request', request => origins.add(new URL(request.url()).origin))
  return {
    context,
    errorsAt: origin => errors.filter(({ url }) => url.startsWith(origin)).map(({ text }) => text),
    origins,
    [Symbol.asyncDispose]: () => context.close(),
  }
}
