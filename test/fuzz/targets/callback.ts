import assert from 'node:assert/strict'
import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { Answer } from '../../../functions/auth/answer.ts'
import { callbackRoutes } from '../../../functions/auth/callback.ts'
import { findRoute } from '../../../functions/auth/route.ts'
import { readBindingCookie } from '../../../shared/oauth/binding-cookie.ts'
import { clock } from '../genuine.ts'
import { BASE_URL, createSignIns, type SignInUnderWay, services } from '../sign-in-under-way.ts'
import type { FuzzTarget } from '../target.ts'

/** What the last request had logged. */
let logged: string[] = []

const log = (...entry: readonly unknown[]) => void logged.push(JSON.stringify(entry))
const { oauth, begin } = createSignIns(log)
const routes = callbackRoutes({
  oauth,
  services,
  baseUrl: BASE_URL,
  emulation: false,
  clock,
  traceProject: undefined,
  log,
})
const message = new IncomingMessage(new Socket())

/** The two that are under way, each until somebody has used it up. */
const underWay: Partial<Record<'account' | 'code', SignInUnderWay>> = {}

/** What a browser sends: its path and query, its cookies, its languages. */
type Request = { readonly url: string; readonly cookies: string; readonly language: string | undefined }

/** A line each. Random values are new in every run; in an input they have names. */
const read = (input: Buffer, account: SignInUnderWay, code: SignInUnderWay): Request => {
  const values = { STATE1: account.state, COOKIE1: account.cookie, STATE2: code.state, COOKIE2: code.cookie }
  const text = input
    .toString('latin1')
    .replace(/(?:STATE|COOKIE)[12]/g, name => Object.entries(values).find(([known]) => known === name)?.[1] ?? '')
  const [url = '', cookies = '', language] = text.split('\n')
  return { url, cookies, language }
}

const send = async ({ url, cookies, language }: Request): Promise<Answer | undefined> => {
  const [path = '', ...search] = url.split('?')
  const found = findRoute(routes, path)
  return found?.route.methods.GET?.({
    message,
    parameter: found.parameter,
    query: new URLSearchParams(search.join('?')),
    cookie: readBindingCookie(cookies),
    acceptLanguage: language,
    log,
  })
}

/** Only the browser that has begun it can use up a sign-in: with the state and with the cookie, each once. */
const assertOwner = ({ url, cookies }: Request, { state, cookie }: SignInUnderWay) => {
  const states = new URLSearchParams(url.slice(url.indexOf('?'))).getAll('state')
  assert.deepEqual(states, [state], 'used up without its state')
  const ours = cookies
    .split(';')
    .map(pair => pair.trim())
    .filter(pair => pair.startsWith('__Host-sign-in='))
  assert.deepEqual(ours, [`__Host-sign-in=${cookie}`], 'used up by another browser')
}

const assertPage = ({ body, headers }: Answer, request: Request, secrets: readonly string[]) => {
  assert.ok(body.length < 16_384, 'a page without bound')
  assert.match(headers['Content-Security-Policy'] ?? '', /^default-src 'none'; /, 'a page that may load anything')
  for (const value of Object.values(headers)) assert.match(value, /^[ -~]*$/, 'a header with a line break')
  // Nothing of a request is shown, escaped or not.
  const ours = new URLSearchParams(request.url.slice(request.url.indexOf('?')))
  const said = [...ours.values(), request.cookies].filter(value => value.length > 12 && /[^a-z ]/.test(value))
  for (const value of [...said, ...secrets]) assert.ok(!body.includes(value), 'a page that repeats the request')
  for (const secret of secrets) assert.ok(!logged.join().includes(secret), 'a log with a secret')
}

export const callback: FuzzTarget = {
  name: 'callback',
  promise:
    'a sign-in is used up only with its state and its cookie, and what a browser sends is neither shown nor logged',
  maxLength: 16 * 1024,
  seeds: () =>
    [
      '/callback/generic?state=STATE1&code=abc\n__Host-sign-in=COOKIE1\nfr-CA,en;q=0.5',
      '/callback/generic?state=STATE1&error=access_denied&iss=https%3A%2F%2Fidp.example\n__Host-sign-in=COOKIE1',
      '/callback/~crm?code=abc&state=STATE2&iss=https%3A%2F%2Fcrm.example\na=b; __Host-sign-in=COOKIE2',
      '/callback/~crm?error=temporarily_unavailable&error_description=x&state=STATE2\n__Host-sign-in=COOKIE2',
      '/callback/~crm?code=abc&state=STATE1\n__Host-sign-in=COOKIE1',
      '/callback/generic?state=STATE1&response=eyJ\n__Host-sign-in=COOKIE2',
    ].map(text => Buffer.from(text)),
  mutators: [
    (input, { random, other }) => {
      const [url = '', ...rest] = input.toString('latin1').split('\n')
      const parameters = [url, other().toString('latin1').split('\n')[0] ?? ''].flatMap(one =>
        one.split(/[?&]/).slice(1),
      )
      const [path = ''] = url.split('?')
      const chosen = Array.from({ length: random.below(6) }, () =>
        random.pick([...parameters, 'state=STATE1', 'state=STATE2', 'code=']),
      )
      return Buffer.from([`${path}?${chosen.join('&')}`, ...rest].join('\n'), 'latin1')
    },
  ],
  words: [
    'functions/auth/callback.ts',
    'shared/oauth/finish-sign-in.ts',
    'shared/oauth/provider-answer.ts',
    'shared/oauth/provider-failure.ts',
  ],
  async check(input) {
    const account = underWay.account ?? (await begin('account'))
    const code = underWay.code ?? (await begin('code'))
    Object.assign(underWay, { account, code })
    const request = read(input, account, code)
    logged = []
    const answer = await send(request)
    for (const [wanted, signIn, path] of [
      ['account', account, '/callback/generic'],
      ['code', code, '/callback/~crm'],
    ] as const) {
      if (await signIn.isWaiting()) continue
      delete underWay[wanted]
      assertOwner(request, signIn)
      const isItsOwn = request.url.split('?')[0] === path
      assert.ok(isItsOwn || answer?.status === 400, 'one provider’s answer taken for another’s')
    }
    if (answer === undefined) return 'no callback'
    assertPage(answer, request, [account.state, account.cookie, code.state, code.cookie])
    return `${answer.status} ${/<h1>([^<]*)/.exec(answer.body)?.[1]}`
  },
}
