import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ChannelName } from '../../../shared/channels/channel.ts'
import { channels } from '../../../shared/channels/channels.ts'
import { channelAccountOf } from '../../../shared/channels/recognise-channel.ts'
import { parseBody } from '../../../shared/dialogflow/parse-body.ts'
import { parseTurn } from '../../../shared/dialogflow/parse-turn.ts'
import type { JsonObject } from '../../../shared/runtime/json.ts'
import { anyCharacter } from '../../fixtures/any-character.ts'
import { corpora, dialogflowBodies, readCorpus } from '../../fixtures/corpora.ts'
import { changed, cxTurn, ES_SESSION, esTurn, origins } from './fixtures.ts'

const everyName = new Set<ChannelName>(channels.map(({ name }) => name))
const trustAll = { connectors: everyName }
const sessionId = (session: string) => JSON.stringify(['session', session])

describe('what vouches for an account', () => {
  test('Dialogflow itself, where its own servers name the source', () => {
    expect(channelAccountOf(esTurn(origins.slack))).toMatchObject({
      channel: 'slack',
      id: '["slack","T024BE7LD","U2URF86K1"]',
      proof: 'integration',
    })
  })

  const claimed: Record<string, JsonObject> = {
    'a source in the payload': { payload: { ...origins.slack.payload, source: 'slack' } },
    'a source in the payload beside one outside': {
      source: 'slack',
      payload: { ...origins.slack.payload, source: 'slack' },
    },
    'no source at all': { payload: origins.slack.payload },
  }
  test.each(Object.entries(claimed))('not a caller’s word: %s', (_, origin) => {
    expect(channelAccountOf(esTurn(origin))).toMatchObject({
      channel: undefined,
      label: 'Dialogflow',
      id: sessionId(ES_SESSION),
      proof: 'session',
      address: undefined,
      masked: '…7d21',
    })
  })

  test('not a CX payload, which any caller of detectIntent writes', () => {
    const payload = { ...origins.slack.payload, source: 'slack' }
    expect(channelAccountOf(cxTurn(payload))).toMatchObject({ proof: 'session', address: undefined })
  })

  test('not an ES source written into a CX body', () => {
    const turn = cxTurn({ ...origins.slack.payload, source: 'slack' })
    const body = { ...turn.body, originalDetectIntentRequest: { source: 'slack' } }
    const { source: _, ...payload } = turn.payload
    expect(channelAccountOf({ ...turn, payload, body })).toMatchObject({ proof: 'session' })
  })

  test('nobody for a source that Dialogflow has no integration for', () => {
    const origin = { source: 'msteams', payload: origins.microsoftTeams.payload }
    expect(channelAccountOf(esTurn(origin))).toMatchObject({ proof: 'session', address: undefined })
  })

  test('a connector, for the channels that the deployment names', () => {
    const turn = cxTurn(origins.microsoftTeams.payload)
    const named = { connectors: new Set<ChannelName>(['microsoft_teams']) }
    const other = { connectors: new Set<ChannelName>(['twilio']) }
    expect(channelAccountOf(turn, named)).toMatchObject({ channel: 'microsoft_teams', proof: 'connector' })
    expect(channelAccountOf(turn, other)).toMatchObject({ channel: undefined, proof: 'session' })
  })

  test('a session token, for the application’s own client', () => {
    const signedIn = { service: 'oci', subject: 'c7a1f0e2b9d4' }
    expect(channelAccountOf(cxTurn({}), { ...trustAll, signedIn })).toMatchObject({
      channel: 'web_client',
      id: '["web_client","oci","c7a1f0e2b9d4"]',
      proof: 'session_token',
      masked: '…b9d4',
    })
  })

  test('a session token, whatever an unproven payload says beside it', () => {
    const signedIn = { service: 'oci', subject: 'c7a1f0e2b9d4' }
    const shared = changed(origins.slack, 'payload.data.event.channel', 'C024BE91L')
    const account = channelAccountOf(esTurn({ payload: { ...Object(shared.payload), source: 'slack' } }), {
      connectors: new Set(),
      signedIn,
    })
    expect(account).toMatchObject({ channel: 'web_client', proof: 'session_token', audience: 'shared' })
  })

  test('a session token on the telephone: the user is known, and still can open no link', () => {
    const signedIn = { service: 'oci', subject: 'c7a1f0e2b9d4' }
    const account = channelAccountOf(esTurn(origins.telephony), { connectors: new Set(), signedIn })
    expect(account).toMatchObject({ channel: 'web_client', proof: 'session_token', shows: { links: 'none' } })
  })

  test.each([
    ['', 'sub'],
    ['oci', ''],
    ['oci', 'x'.repeat(257)],
  ])('no session token without a user of bounded length (%#)', (service, subject) => {
    const account = channelAccountOf(cxTurn({}), { ...trustAll, signedIn: { service, subject } })
    expect(account).toMatchObject({ proof: 'session' })
  })
})

describe('the session alone', () => {
  test.each<[string, JsonObject]>([
    ['an unknown source', { source: 'carrier_pigeon', payload: { data: { user: 'U2URF86K1' } } }],
    ['Dialogflow’s console', { source: 'DIALOGFLOW_CONSOLE', payload: {} }],
    ['no origin', {}],
  ])('answers for %s', (_, origin) => {
    expect(channelAccountOf(esTurn(origin), trustAll)).toEqual({
      channel: undefined,
      label: 'Dialogflow',
      id: sessionId(ES_SESSION),
      proof: 'session',
      audience: 'direct',
      address: undefined,
      masked: '…7d21',
      shows: { links: 'button', chips: true, maxLength: undefined },
    })
  })

  test('cannot be named so that it is a channel’s account', () => {
    const forged = '["slack","T024BE7LD","U2URF86K1"]'
    const turn = esTurn({}, forged)
    expect(channelAccountOf(turn)?.id).toBe(sessionId(forged))
  })

  test('nobody speaks without one', () => {
    const turn = { ...esTurn(origins.slack), session: undefined }
    expect(channelAccountOf(turn, trustAll)).toBeUndefined()
  })
})

describe('one account, one key', () => {
  const idOf = (origin: JsonObject, session?: string) => channelAccountOf(esTurn(origin, session), trustAll)?.id

  test('the same in another session', () => {
    expect(idOf(origins.slack, 'projects/travel-desk/agent/sessions/other')).toBe(idOf(origins.slack))
  })

  test.each<[string, JsonObject, string, string]>([
    ['another Slack workspace', origins.slack, 'payload.data.event.team', 'T99999999'],
    ['another tenant', origins.microsoftTeams, 'payload.conversation.tenantId', '00000000-0000-4000-8000-000000000000'],
    ['another page', origins.facebook, 'payload.data.recipient.id', '999999999'],
    ['SMS instead of WhatsApp', origins.twilioWhatsApp, 'payload.data.From', '+33639981234'],
  ])('not the same for %s', (_, origin, path, value) => {
    const other = idOf(changed(origin, path, value))
    expect(other).not.toBe(idOf(origin))
    expect(other).not.toBe(sessionId(ES_SESSION))
  })

  test.each(['line', 'viber'] as const)('not the same for another agent’s users of %s', name => {
    const other = idOf(origins[name], 'projects/other-desk/agent/sessions/3c1f9a4e-7d21')
    expect(other).toContain('other-desk')
    expect(other).not.toBe(idOf(origins[name]))
  })

  test.each(['projects/a"b/agent/sessions/s', `projects/${'p'.repeat(300)}/agent/sessions/s`, 'no-session-name'])(
    'no user of LINE’s where the agent cannot be told: %s',
    session => {
      expect(idOf(origins.line, session)).toBe(sessionId(session))
    },
  )
})

describe('hostile input', () => {
  /** Paths to every value within. */
  const pathsOf = (value: unknown, at: string): string[] =>
    typeof value === 'object' && value !== null
      ? [at, ...Object.entries(value).flatMap(([name, inner]) => pathsOf(inner, `${at}.${name}`))]
      : [at]
  const cases = Object.entries(origins).flatMap(([name, origin]) =>
    pathsOf(origin.payload, 'payload')
      .slice(1)
      .map(path => ({ name, origin, path })),
  )
  const values = [
    null,
    true,
    -1,
    1e300,
    '',
    '\u0000',
    '../../x',
    '__proto__',
    [],
    [[]],
    {},
    { id: {} },
    'x'.repeat(5000),
  ]

  test.each(cases)('$name keeps its account, or loses it whole: $path', ({ origin, path }) => {
    const genuine = channelAccountOf(esTurn(origin), trustAll)
    for (const value of values) {
      const account = channelAccountOf(esTurn(changed(origin, path, value)), trustAll)
      expect([genuine?.id, sessionId(ES_SESSION)]).toContain(account?.id)
      if (account?.proof === 'session') expect(account.address).toBeUndefined()
      expect(JSON.stringify(account?.address ?? '')).not.toMatch(/\.\.\/|\\u0000|__proto__|x{100}/)
    }
  })

  test('no JSON at all throws, and what comes of it is bounded', () => {
    const source = fc.constantFrom(...Object.values(origins).flatMap(o => ('source' in o ? [o.source] : [])), 'msteams')
    const leaf = fc.oneof(fc.string(), fc.string({ unit: anyCharacter }), fc.integer(), fc.constant(null), fc.boolean())
    const name = fc.constantFrom(
      'data',
      'event',
      'user',
      'sender',
      'source',
      'from',
      'chat',
      'id',
      'message',
      'telephony',
    )
    const { tree } = fc.letrec(tie => ({
      tree: fc.dictionary(name, fc.oneof({ maxDepth: 3 }, leaf, tie('tree'), fc.array(tie('tree'), { maxLength: 2 })), {
        maxKeys: 4,
      }),
    }))
    fc.assert(
      fc.property(source, tree, (named, payload) => {
        const turn = esTurn(JSON.parse(JSON.stringify({ source: named, payload })))
        const account = channelAccountOf(turn, trustAll)
        expect(account?.id.length).toBeLessThan(512)
      }),
    )
  })
})

test('an id’s fixed prefix makes no more of it visible', () => {
  const origin = changed(origins.googleChat, 'payload.data.event.user.name', 'users/12')
  expect(channelAccountOf(esTurn(origin))).toMatchObject({ proof: 'integration', masked: '…' })
})

test('no account shows its whole id', () => {
  for (const origin of Object.values(origins)) {
    const { id, masked } = channelAccountOf(esTurn(origin), trustAll) ?? {}
    expect(masked).toMatch(/^…[A-Za-z0-9]{1,4}$/)
    expect(id?.length).toBeGreaterThan(3 * String(masked).length)
  }
})

describe.runIf(corpora)('real bodies', () => {
  test.each(dialogflowBodies())('$file gives a session’s account or none', ({ file }) => {
    const body = parseBody(readCorpus(file))
    const turn = body.ok ? parseTurn(body.value) : body
    if (!turn.ok) return
    const account = channelAccountOf(turn.value)
    expect(account?.proof).toBe(turn.value.session && 'session')
  })

  test.each(dialogflowBodies().filter(({ file }) => /facebook/.test(file)))(
    '$file has a user of its page',
    ({ file }) => {
      const body = parseBody(readCorpus(file))
      const turn = body.ok ? parseTurn(body.value) : body
      if (!turn.ok) throw new Error(file)
      expect(channelAccountOf(turn.value, trustAll)).toMatchObject({ channel: 'facebook', proof: 'connector' })
    },
  )
})
