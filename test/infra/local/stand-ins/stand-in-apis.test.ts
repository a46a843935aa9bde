import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startStandInSlack } from '../../../../infra/local/stand-ins/stand-in-slack.ts'
import { startStandInTeams } from '../../../../infra/local/stand-ins/stand-in-teams.ts'
import { startStandInTwilio } from '../../../../infra/local/stand-ins/stand-in-twilio.ts'

const json = { 'Content-Type': 'application/json; charset=utf-8' }
const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
const ACCOUNT = `AC${'1'.repeat(32)}`

let owned: AsyncDisposableStack
beforeEach(() => {
  owned = new AsyncDisposableStack()
})
afterEach(() => owned.disposeAsync())

const post = async (url: string, headers: Readonly<Record<string, string>>, body: string) => {
  const response = await fetch(url, { method: 'POST', headers, body })
  const answer: unknown = await response.json()
  return { status: response.status, answer }
}

describe('the stand-in of Slack', () => {
  const message = { channel: 'DU0ADA', text: 'Hi &amp; bye\n<https://shop.example/?a=1&amp;b=2>' }
  const start = async () => owned.use(await startStandInSlack({ tokens: ['xoxb-1'] }))
  const token = { Authorization: 'Bearer xoxb-1' }

  test('remembers what was posted, as its reader sees it', async () => {
    const slack = await start()
    const url = `${slack.origin}/api/chat.postMessage`
    expect(await post(url, { ...json, ...token }, JSON.stringify(message))).toMatchObject({
      status: 200,
      answer: { ok: true, channel: 'DU0ADA' },
    })
    expect(slack.messages).toEqual([{ to: 'U0ADA', text: 'Hi & bye', link: 'https://shop.example/?a=1&b=2' }])
  })

  test('opens a user’s conversation', async () => {
    const url = `${(await start()).origin}/api/conversations.open`
    const open = (users: string) => post(url, { ...json, ...token }, JSON.stringify({ users }))
    expect(await open('U0ADA')).toMatchObject({ answer: { ok: true, channel: { id: 'DU0ADA' } } })
    expect(await open('somebody')).toMatchObject({ answer: { ok: false, error: 'user_not_found' } })
  })

  test.each([
    ['no token', json, message, 'not_authed'],
    ['a foreign token', { ...json, Authorization: 'Bearer xoxb-2' }, message, 'invalid_auth'],
    ['a form', { ...form, ...token }, message, 'invalid_post_type'],
    ['no text', { ...json, ...token }, { ...message, text: '' }, 'no_text'],
    ['a user for a channel', { ...json, ...token }, { ...message, channel: 'U0ADA' }, 'channel_not_found'],
    ['too long a text', { ...json, ...token }, { ...message, text: 'x'.repeat(40_001) }, 'msg_too_long'],
  ])('says no with status 200 to %s', async (_, headers, body, error) => {
    const slack = await start()
    const answered = await post(`${slack.origin}/api/chat.postMessage`, headers, JSON.stringify(body))
    expect(answered).toEqual({ status: 200, answer: { ok: false, error } })
    expect(slack.messages).toEqual([])
  })
})

describe('the stand-in of Twilio', () => {
  const start = async () =>
    owned.use(await startStandInTwilio({ accountSid: ACCOUNT, authToken: 'token', numbers: ['+15550100100'] }))
  const basic = { Authorization: `Basic ${Buffer.from(`${ACCOUNT}:token`).toString('base64')}` }
  const message = { From: '+15550100100', To: '+15550100199', Body: 'Hi\nhttps://shop.example/' }

  test('remembers what was created', async () => {
    const twilio = await start()
    const url = `${twilio.origin}/2010-04-01/Accounts/${ACCOUNT}/Messages.json`
    expect(await post(url, { ...form, ...basic }, new URLSearchParams(message).toString())).toMatchObject({
      status: 201,
      answer: { status: 'queued', to: '+15550100199' },
    })
    expect(twilio.messages).toEqual([{ to: '+15550100199', text: 'Hi', link: 'https://shop.example/' }])
  })

  test.each([
    ['no password', form, message, 401, 20003],
    ['another', { ...form, Authorization: 'Basic eDp5' }, message, 401, 20003],
    ['JSON', { ...json, ...basic }, message, 400, 21211],
    ['no number', { ...form, ...basic }, { ...message, To: 'ada' }, 400, 21211],
    ['a foreign sender', { ...form, ...basic }, { ...message, From: '+15550100111' }, 400, 21606],
    ['no text', { ...form, ...basic }, { ...message, Body: '' }, 400, 21602],
    ['too long a text', { ...form, ...basic }, { ...message, Body: 'x'.repeat(1601) }, 400, 21617],
  ])('says no to %s', async (_, headers, body, status, code) => {
    const twilio = await start()
    const url = `${twilio.origin}/2010-04-01/Accounts/${ACCOUNT}/Messages.json`
    expect(await post(url, headers, new URLSearchParams(body).toString())).toMatchObject({ status, answer: { code } })
    expect(twilio.messages).toEqual([])
  })

  test('does not know other accounts', async () => {
    const url = `${(await start()).origin}/2010-04-01/Accounts/AC2/Messages.json`
    expect(await post(url, { ...form, ...basic }, '')).toMatchObject({ status: 404 })
  })
})

describe('the stand-in of Teams', () => {
  const BOT = '28:bot'
  const start = async () => owned.use(await startStandInTeams({ appId: 'app', appPassword: 'password', bot: BOT }))
  const grant = {
    grant_type: 'client_credentials',
    client_id: 'app',
    client_secret: 'password',
    scope: 'https://api.botframework.com/.default',
  }
  const tokenOf = (origin: string, changes: object = {}) =>
    post(`${origin}/botframework.com/oauth2/v2.0/token`, form, new URLSearchParams({ ...grant, ...changes }).toString())
  const signedIn = async (origin: string) => {
    const { answer } = await tokenOf(origin)
    return { ...json, Authorization: `Bearer ${String(Reflect.get(Object(answer), 'access_token'))}` }
  }
  const activity = {
    type: 'message',
    text: 'Hi',
    attachments: [{ content: { buttons: [{ type: 'openUrl', value: 'https://shop.example/' }] } }],
  }

  test('gives a token, makes a conversation and remembers what was said in it', async () => {
    const { origin, messages, tokensGiven } = await start()
    const headers = await signedIn(origin)
    const members = { bot: { id: BOT }, members: [{ id: '29:ada' }], channelData: { tenant: { id: 't' } } }
    const made = await post(`${origin}/v3/conversations`, headers, JSON.stringify(members))
    expect(made).toEqual({ status: 201, answer: { id: 'a:29=ada' } })
    const url = `${origin}/v3/conversations/a%3A29%3Dada/activities`
    expect(await post(url, headers, JSON.stringify(activity))).toMatchObject({ status: 201 })
    expect(messages).toEqual([{ to: '29:ada', text: 'Hi', link: 'https://shop.example/' }])
    expect(tokensGiven()).toBe(1)
  })

  test.each([
    ['a wrong password', { client_secret: 'wrong' }, 401, 'invalid_client'],
    ['another scope', { scope: 'https://graph.microsoft.com/.default' }, 400, 'invalid_scope'],
    ['another grant', { grant_type: 'password' }, 400, 'invalid_request'],
  ])('gives no token for %s', async (_, changes, status, error) => {
    expect(await tokenOf((await start()).origin, changes)).toEqual({ status, answer: { error } })
  })

  test('takes nothing without a token that is good, or without a text', async () => {
    const teams = await start()
    const url = `${teams.origin}/v3/conversations/a%3A29%3Dada/activities`
    const headers = await signedIn(teams.origin)
    expect(await post(url, { ...json, Authorization: 'Bearer x' }, JSON.stringify(activity))).toMatchObject({
      status: 401,
    })
    expect(await post(url, headers, '{"type":"message"}')).toMatchObject({ status: 400 })
    expect(await post(`${teams.origin}/v3/conversations`, headers, '{}')).toMatchObject({ status: 400 })
    teams.withdrawTokens()
    expect(await post(url, headers, JSON.stringify(activity))).toMatchObject({ status: 401 })
    expect(teams.messages).toEqual([])
  })
})

describe('a fault', () => {
  const send = async (fault: 'refuse' | 'busy' | 'down' | 'reset' | 'lost') => {
    const twilio = owned.use(
      await startStandInTwilio({ accountSid: ACCOUNT, authToken: 'token', numbers: ['+15550100100'] }),
    )
    twilio.fault = fault
    const basic = `Basic ${Buffer.from(`${ACCOUNT}:token`).toString('base64')}`
    const body = new URLSearchParams({ From: '+15550100100', To: '+15550100199', Body: 'Hi' }).toString()
    const url = `${twilio.origin}/2010-04-01/Accounts/${ACCOUNT}/Messages.json`
    const answered = await post(url, { ...form, Authorization: basic }, body).catch(() => 'broken off')
    return { answered, arrived: twilio.messages.length }
  }

  test.each([
    ['refuse', { status: 400 }],
    ['busy', { status: 429 }],
    ['down', { status: 500 }],
  ] as const)('%s is an answer, and nothing was done', async (fault, answered) => {
    expect(await send(fault)).toMatchObject({ answered, arrived: 0 })
  })

  test('that breaks the connection off has it done (lost) or not (reset)', async () => {
    expect(await send('reset')).toEqual({ answered: 'broken off', arrived: 0 })
    expect(await send('lost')).toEqual({ answered: 'broken off', arrived: 1 })
  })
})
