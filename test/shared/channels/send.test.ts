import http from 'node:http'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { close, freePort, listen } from '../../../infra/local/listen.ts'
import type { StandIn } from '../../../infra/local/stand-ins/stand-in-api.ts'
import type { Address } from '../../../shared/channels/address.ts'
import { channelAccountOf } from '../../../shared/channels/recognise-channel.ts'
import type { ChannelEndpoints, OutgoingMessage, SenderFetch } from '../../../shared/channels/sender.ts'
import { parseChannelCredentials } from '../../../shared/channels/sender-credentials.ts'
import { createSend } from '../../../shared/channels/senders.ts'
import { esTurn, origins } from './fixtures.ts'
import { credentials, OWN_NUMBER, type StandIns, slack, startStandIns, teams, twilio } from './send-stand-ins.ts'

let standIns: StandIns
let now = 1_700_000_000_000

beforeEach(async () => {
  standIns = await startStandIns()
})
afterEach(() => standIns[Symbol.asyncDispose]())

const parsed = parseChannelCredentials(JSON.stringify(credentials))
if (!parsed.ok) throw new TypeError(parsed.error.join())
const known = parsed.value

type Changes = {
  readonly endpoints?: ChannelEndpoints
  readonly fetch?: SenderFetch
  readonly timeoutMs?: number
}
const sender = ({ endpoints = standIns.endpoints, fetch: given = fetch, timeoutMs = 5000 }: Changes = {}) =>
  createSend({ credentials: known, endpoints, fetch: given, clock: () => now, timeoutMs })

const hello: OutgoingMessage = { text: 'Your order has left.', link: 'https://shop.example/orders/7?a=1&b=2' }

const channels = [
  ['slack', slack, 'U0ADA'],
  ['teams', teams, '29:ada'],
  ['twilio', twilio, '+15550100199'],
] as const

describe.each(channels)('%s', (name, address, to) => {
  const standIn = (): StandIn => standIns[name]

  test('takes a text and its link', async () => {
    expect(await sender()(address, hello)).toEqual({ outcome: 'sent' })
    expect(await sender()(address, { text: 'And more.' })).toEqual({ outcome: 'sent' })
    expect(standIn().messages).toEqual([
      { to, ...hello },
      { to, text: 'And more.' },
    ])
  })

  test('takes what looks like markup, a mention or a form as text', async () => {
    const text = '<!channel> & <@U0ADA> *bold* &amp; a=b&Body=c "quoted" \\ 😀 ünï'
    expect(await sender()(address, { text })).toEqual({ outcome: 'sent' })
    expect(standIn().messages).toEqual([{ to, text }])
  })

  test.each([
    ['refuse', 'refused', /^(slack:account_inactive|teams:ConversationBlockedByUser|twilio:21610)$/],
    ['busy', 'busy', /^http:429$/],
    ['down', 'busy', /^http:500$/],
    ['reset', 'unknown', /^unanswered$/],
    ['lost', 'unknown', /^unanswered$/],
  ] as const)('with the fault %s the outcome is %s', async (fault, outcome, reason) => {
    standIn().fault = fault
    expect(await sender()(address, hello)).toEqual({ outcome, reason: expect.stringMatching(reason) })
  })

  test('that does not answer in time may have sent it', async () => {
    standIn().fault = 'hang'
    // The token is got before; it has as much time as the message.
    expect(await sender({ timeoutMs: 1000 })(address, hello)).toEqual({ outcome: 'unknown', reason: 'unanswered' })
    expect(standIn().messages).toHaveLength(1)
  })

  test('that nobody listens for has sent nothing, and may later', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`
    const gone = { slack: nowhere, twilio: nowhere, microsoftLogin: standIns.teams.origin, microsoftTeams: nowhere }
    expect(await sender({ endpoints: gone })(address, hello)).toEqual({ outcome: 'busy', reason: 'unreachable' })
  })

  test('is called on a connection of its own, though it would keep it', async () => {
    let connections = 0
    const server = http.createServer((_, response) => response.writeHead(403).end())
    server.on('connection', () => {
      connections += 1
    })
    const origin = `http://127.0.0.1:${await listen(server)}`
    const endpoints = { slack: origin, twilio: origin, microsoftLogin: standIns.teams.origin, microsoftTeams: origin }
    const send = sender({ endpoints })
    for (let index = 0; index < 3; index += 1) {
      expect(await send(address, hello)).toEqual({ outcome: 'refused', reason: 'http:403' })
    }
    expect(connections).toBe(3)
    await close(server)
  })

  test('is not called without credentials for the account', async () => {
    const foreign: Record<Address['kind'], Address> = {
      slack: { ...slack, team: 'T0FOREIGN' },
      microsoft_teams: { ...teams, bot: '28:other' },
      twilio: { ...twilio, from: '+15550100777' },
    }
    expect(await sender()(foreign[address.kind], hello)).toEqual({ outcome: 'refused', reason: 'no_credentials' })
    expect(standIn().requests).toBe(0)
  })

  test('is refused with credentials that are not its own', async () => {
    const wrong = {
      slack: new Map([...known.slack.keys()].map(team => [team, 'xoxb-wrong'] as const)),
      microsoftTeams: new Map([[teams.bot, { appId: 'x', appPassword: 'wrong' }] as const]),
      twilio: new Map([[OWN_NUMBER, { accountSid: `AC${'1'.repeat(32)}`, authToken: 'wrong' }] as const]),
    }
    const send = createSend({ credentials: wrong, endpoints: standIns.endpoints, fetch, clock: () => now })
    expect(await send(address, hello)).toEqual({
      outcome: 'refused',
      reason: expect.stringMatching(/^(slack:invalid_auth|microsoft_login:invalid_client|twilio:20003)$/),
    })
    expect(standIn().messages).toEqual([])
  })
})

/** Answers every request the same. */
const answering = (status: number, body: string, headers: Record<string, string> = {}) => {
  const urls: string[] = []
  const given: SenderFetch = async url => {
    urls.push(url)
    if (url.endsWith('/token')) return Response.json({ access_token: 'token', expires_in: 3600 })
    return new Response(body, { status, headers })
  }
  return { fetch: given, urls }
}

describe('an answer', () => {
  test.each([
    ['a gateway that stopped waiting', 504, '{}', ['unknown', 'unknown', 'unknown']],
    ['a redirect', 302, '', ['refused', 'refused', 'refused']],
    ['another 4xx', 404, '{}', ['refused', 'refused', 'refused']],
    // Slack alone says in its body whether it did.
    ['no JSON', 200, '<html>', ['unknown', 'sent', 'sent']],
    ['a list', 200, '[]', ['unknown', 'sent', 'sent']],
    [
      'more than anybody reads',
      200,
      JSON.stringify({ ok: true, pad: 'x'.repeat(70_000) }),
      ['unknown', 'sent', 'sent'],
    ],
  ] as const)('that is %s', async (_, status, body, outcomes) => {
    const { fetch: given, urls } = answering(status, body, { Location: 'http://169.254.169.254/' })
    const send = sender({ fetch: given })
    const told = await Promise.all([slack, teams, twilio].map(address => send(address, hello)))
    expect(told.map(({ outcome }) => outcome)).toEqual(outcomes)
    expect(urls.join()).not.toContain('169.254')
  })

  test('is not followed elsewhere by the real fetch either', async () => {
    let called = 0
    await using owned = new AsyncDisposableStack()
    const server = createServer(socket => {
      called += 1
      socket.once('data', () =>
        socket.end('HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n'),
      )
    })
    const origin = `http://127.0.0.1:${await listen(server)}`
    owned.defer(() => close(server))
    const send = sender({ endpoints: { ...standIns.endpoints, twilio: origin } })
    expect(await send(twilio, hello)).toEqual({ outcome: 'refused', reason: 'http:307' })
    expect(called).toBe(1)
  })

  test.each([
    ['channel_not_found', 'refused'],
    ['ratelimited', 'busy'],
    ['service_unavailable', 'busy'],
    ['internal_error', 'unknown'],
    ['fatal_error', 'unknown'],
  ])('of Slack, ok:false with %s, is %s', async (error, outcome) => {
    for (const status of [200, 500]) {
      const { fetch: given } = answering(status, JSON.stringify({ ok: false, error }))
      const told = await sender({ fetch: given })(slack, hello)
      expect(told).toEqual({
        outcome: status === 500 && outcome === 'refused' ? 'busy' : outcome,
        reason: `slack:${error}`,
      })
    }
  })

  test('gives no reason but a code: its words stay out of ours', async () => {
    const words = 'user +15550100199 said hello'
    for (const [address, body] of [
      [slack, { ok: false, error: words }],
      [teams, { error: { code: words } }],
      [twilio, { code: words }],
    ] as const) {
      const { fetch: given } = answering(400, JSON.stringify(body))
      expect(await sender({ fetch: given })(address, hello)).toEqual({ outcome: 'refused', reason: 'http:400' })
    }
  })
})

describe('a text', () => {
  const long = 'word '.repeat(800).trim()

  test.each([
    ['slack', slack, 4000],
    ['twilio', twilio, 1600],
  ] as const)('that is too long for %s ends in an ellipsis, and its link is whole', async (name, address, limit) => {
    await sender()(address, { text: `${long} ${long}`, link: `https://shop.example/${'x'.repeat(500)}` })
    const [message] = standIns[name].messages
    expect(message?.text).toMatch(/^word word .*\w…$/)
    expect(message?.link).toBe(`https://shop.example/${'x'.repeat(500)}`)
    const length = (message?.text.length ?? 0) + 1 + (message?.link?.length ?? 0)
    expect(length).toBeGreaterThan(limit - 10)
    expect(length).toBeLessThanOrEqual(limit)
  })

  test('is never cut in the middle of a character', async () => {
    for (const text of ['😀'.repeat(900), `x${'😀'.repeat(900)}`]) await sender()(twilio, { text })
    for (const { text } of standIns.twilio.messages) {
      expect(text.isWellFormed()).toBe(true)
      expect(text).toMatch(/😀…$/)
    }
  })

  test('may have as many characters as its channel shows', async () => {
    const shown = [origins.slack, origins.twilioSms].map(origin => channelAccountOf(esTurn(origin))?.shows.maxLength)
    const text = 'x'.repeat(5000)
    await sender()(slack, { text })
    await sender()(twilio, { text })
    expect([standIns.slack, standIns.twilio].map(({ messages }) => messages[0]?.text.length)).toEqual(shown)
  })

  test('goes to Slack without anything that opens its link before the user does', async () => {
    const bodies: unknown[] = []
    const given: SenderFetch = async (_, { body }) => {
      bodies.push(JSON.parse(body))
      return Response.json({ ok: true })
    }
    await sender({ fetch: given })(slack, { text: 'Hi', link: 'https://shop.example/a|b?c=<d>' })
    expect(bodies).toEqual([
      {
        channel: 'DU0ADA',
        text: 'Hi\n<https://shop.example/a%7Cb?c=&lt;d&gt;>',
        unfurl_links: false,
        unfurl_media: false,
      },
    ])
  })
})

describe('a conversation', () => {
  test.each([
    ['slack', { ...slack, channel: undefined }],
    ['teams', { ...teams, conversation: undefined }],
  ] as const)('is opened in %s where none is known', async (name, address) => {
    expect(await sender()(address, hello)).toEqual({ outcome: 'sent' })
    expect(standIns[name].messages).toMatchObject([hello])
  })

  test.each([
    ['slack', { ...slack, channel: undefined }],
    ['teams', { ...teams, conversation: undefined }],
  ] as const)('that %s does not open in time has said nothing to the user', async (name, address) => {
    standIns[name].fault = 'lost'
    expect(await sender()(address, hello)).toEqual({ outcome: 'busy', reason: 'unanswered' })
    expect(standIns[name].messages).toEqual([])
  })

  test.each([
    ['slack', { ...slack, channel: undefined }, { ok: true, channel: { id: 'C0EVERYBODY' } }],
    ['teams', { ...teams, conversation: undefined }, { id: '../../v3/other' }],
    ['teams', { ...teams, conversation: undefined }, {}],
  ] as const)('that %s opens elsewhere is not written to', async (_, address, body) => {
    const { fetch: given, urls } = answering(200, JSON.stringify(body))
    expect(await sender({ fetch: given })(address, hello)).toEqual({ outcome: 'busy', reason: 'answer_unreadable' })
    expect(urls.filter(url => !url.endsWith('/token'))).toHaveLength(1)
  })
})

describe('the token of Teams', () => {
  test('is got once for many messages at once, and again near its end', async () => {
    const send = sender()
    await Promise.all(Array.from({ length: 5 }, () => send(teams, hello)))
    expect([standIns.teams.tokensGiven(), standIns.teams.messages.length]).toEqual([1, 5])
    now += 54 * 60_000
    await send(teams, hello)
    expect(standIns.teams.tokensGiven()).toBe(1)
    now += 60_000
    await send(teams, hello)
    expect(standIns.teams.tokensGiven()).toBe(2)
  })

  test('that was withdrawn is exchanged, once', async () => {
    const send = sender()
    await send(teams, hello)
    standIns.teams.withdrawTokens()
    expect(await send(teams, hello)).toEqual({ outcome: 'sent' })
    expect(standIns.teams.tokensGiven()).toBe(2)
    const { fetch: given, urls } = answering(401, '{}')
    expect(await sender({ fetch: given })(teams, hello)).toEqual({ outcome: 'refused', reason: 'http:401' })
    expect(urls).toHaveLength(4)
  })

  test('is asked of the bot’s own tenant where it has one', async () => {
    const { fetch: given, urls } = answering(201, '{}')
    const own = { appId: 'app', appPassword: 'password', tenant: 'contoso.example' }
    await createSend({
      credentials: { ...known, microsoftTeams: new Map([[teams.bot, own]]) },
      endpoints: { ...standIns.endpoints, microsoftLogin: 'https://login.microsoftonline.com' },
      fetch: given,
      clock: () => now,
    })(teams, hello)
    expect(urls[0]).toBe('https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token')
  })

  test('that does not come leaves the message unsent', async () => {
    const nowhere = `http://127.0.0.1:${await freePort()}`
    const send = sender({ endpoints: { ...standIns.endpoints, microsoftLogin: nowhere } })
    expect(await send(teams, hello)).toEqual({ outcome: 'busy', reason: 'unreachable' })
    expect(standIns.teams.requests).toBe(0)
  })

  test.each([
    'https://smba.trafficmanager.net.evil.example/',
    'https://evil.trafficmanager.net/',
    'http://smba.trafficmanager.net/emea/',
    'https://smba.trafficmanager.net@evil.example/',
    'http://169.254.169.254/',
    'http://127.0.0.1:1/',
  ])('goes to nobody but Microsoft: %s', async serviceUrl => {
    const { fetch: given, urls } = answering(201, '{}')
    const send = sender({ fetch: given, endpoints: { ...standIns.endpoints, microsoftTeams: undefined } })
    expect(await send({ ...teams, serviceUrl }, hello)).toEqual({ outcome: 'refused', reason: 'service_url' })
    expect(urls).toEqual([])
    await send(teams, hello)
    expect(urls.at(-1)).toBe('https://smba.trafficmanager.net/emea/v3/conversations/a%3A29%3Dada/activities')
  })
})
