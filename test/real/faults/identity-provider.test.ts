import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { takeTurn } from '../../../infra/local/dialogflow/agent-turn.ts'
import { Conversation } from '../../../infra/local/dialogflow/conversation.ts'
import { type Estate, startEstate } from '../../../infra/local/estate.ts'
import type { FunctionProcess } from '../../../infra/local/function-process.ts'
import type { Fault } from '../../../infra/local/identity-provider/identity-provider-faults.ts'
import { signInWithBrowser } from '../../../infra/local/scenes/sign-in-browser.ts'
import type { SignInEstate } from '../../../infra/local/sign-in-estate.ts'
import { titleOf } from '../../functions/auth/browser.ts'
import { scratchFolder } from '../infra/part.ts'

const ASK = 'When is my next meeting?'
const MEETING = /^Your next meeting is “.+”/
const LINK = /http:\/\/localhost:\d+\/link\/\S+/
const UNREACHABLE = 'I cannot reach your account at the moment. Please try again later.'

const faults: readonly (readonly [string, Fault, string])[] = [
  ['breaks off', { kind: 'down' }, 'provider_unreachable'],
  ['does it, and breaks off', { kind: 'lost' }, 'provider_unreachable'],
  ['answers 500', { kind: 'status', status: 500 }, 'provider_status'],
  ['answers with a web page', { kind: 'html' }, 'provider_answer'],
]

/** Both functions in processes of their own, which share a store, at emulated providers. */
let estate: Estate
let signIn: SignInEstate

const directory = scratchFolder('faults-identity-provider')
beforeAll(async () => {
  estate = await startEstate({ directory, withSignIn: true })
  if (estate.signIn === undefined) throw new TypeError('no sign-in')
  signIn = estate.signIn
})
afterAll(() => estate?.[Symbol.asyncDispose]())
afterEach(() => signIn.google.faults.clear())

/** One user in one conversation. */
const someone = () => {
  const conversation = new Conversation('es', estate.project)
  const say = async (said: string) => (await takeTurn(estate, conversation, said)).answer
  const isOfferedLink = async () => LINK.exec(await say(ASK))?.[0] ?? ''
  return {
    say,
    isOfferedLink,
    /** By the link, the provider's pages and the code; and then asks. */
    signsIn: async () => {
      const { code = '' } = await signInWithBrowser(signIn, await isOfferedLink(), 'ada')
      return say(code)
    },
  }
}

/** What the operator reads first of this message from a position on. */
const reads = ({ log }: FunctionProcess, from: number, message: string) =>
  log.find(from, entry => entry.message === message)

/** The button of the page that the link leads to. */
const press = async (link: string) => {
  const headers = { Origin: signIn.authUrl.origin }
  const response = await fetch(link, { method: 'POST', headers, body: new URLSearchParams(), redirect: 'manual' })
  return { status: response.status, title: titleOf(await response.text()) }
}

/** A sign-in that fails on the way back from the provider. Returns its user. */
const failAtCallback = async (endpoint: 'jwks' | 'token', fault: Fault, code: string) => {
  const user = someone()
  const link = await user.isOfferedLink()
  const from = signIn.auth.log.length
  signIn.google.faults.set(endpoint, fault)
  const browser = await signInWithBrowser(signIn, link, 'ada')
  signIn.google.faults.clear()
  expect(browser).toEqual({ code: undefined, statuses: [200, 303, 502] })
  expect(await reads(signIn.auth, from, 'sign-in refused')).toMatchObject({
    severity: 'WARNING',
    code: 'provider_failed',
    failure: { code },
  })
  // Hears of it once.
  expect(await user.say(ASK)).toBe(UNREACHABLE)
  return user
}

describe('an identity provider', () => {
  // What discovery has said, and which keys there are, is kept by each process: so these two come first.
  test('whose discovery fails: the browser shows that it is not available, and the same link works later', async () => {
    const link = await someone().isOfferedLink()
    for (const [, fault, code] of faults) {
      const from = signIn.auth.log.length
      signIn.google.faults.set('discovery', fault)
      expect(await press(link)).toEqual({ status: 502, title: 'The sign-in service is not available' })
      expect(await reads(signIn.auth, from, 'sign-in not started')).toMatchObject({
        severity: 'ERROR',
        failure: { code },
      })
    }
    signIn.google.faults.clear()
    expect((await press(link)).status).toBe(303)
  })

  test('whose keys cannot be had at the callback: the browser shows it, and the user can sign in anew', async () => {
    for (const [, fault, code] of faults) await failAtCallback('jwks', fault, code)
    expect(await someone().signsIn()).toMatch(MEETING)
  })

  test.each(faults)(
    'whose token endpoint %s at the callback: the browser shows it, and the user can sign in anew',
    async (_, fault, code) => {
      const user = await failAtCallback('token', fault, code)
      expect(await user.signsIn()).toMatch(MEETING)
    },
  )

  test.each(faults.filter(([, { kind }]) => kind !== 'lost'))(
    'whose token endpoint %s when the access token has expired: the user hears so, and stays signed in',
    async (_, fault, code) => {
      const user = someone()
      await user.signsIn()
      const from = estate.webhook.log.length
      signIn.google.expireAccessTokens()
      signIn.google.faults.set('token', fault)
      expect(await user.say(ASK)).toBe(UNREACHABLE)
      expect(await reads(estate.webhook, from, 'tokens not refreshed')).toMatchObject({
        severity: 'WARNING',
        failure: { code },
      })
      signIn.google.faults.clear()
      expect(await user.say(ASK)).toMatch(MEETING)
    },
  )

  test.each(faults.filter(([, { kind }]) => kind !== 'html'))(
    'whose revocation %s: the user is signed out all the same, and the operator reads what is still to be revoked',
    async (_, fault, code) => {
      const user = someone()
      await user.signsIn()
      const from = estate.webhook.log.length
      signIn.google.faults.set('revocation', fault)
      expect(await user.say('Sign me out')).toBe('You are signed out.')
      expect(await reads(estate.webhook, from, 'tokens not revoked at the provider')).toMatchObject({
        severity: 'WARNING',
        failure: { code },
      })
      signIn.google.faults.clear()
      expect(await user.isOfferedLink()).toMatch(LINK)
    },
  )
})
