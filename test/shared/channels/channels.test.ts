import { describe, expect, test } from 'vitest'
import type { ChannelAccount, ChannelName } from '../../../shared/channels/channel.ts'
import { channels } from '../../../shared/channels/channels.ts'
import { channelAccountOf } from '../../../shared/channels/recognise-channel.ts'
import { takesSignInLinks } from '../../../shared/channels/takes-sign-in-links.ts'
import type { JsonObject } from '../../../shared/runtime/json.ts'
import { changed, cxTurn, ES_SESSION, esTurn, origins } from './fixtures.ts'

const connectors = new Set<ChannelName>(channels.map(({ name }) => name))
const accountOf = (origin: JsonObject): ChannelAccount => {
  const account = channelAccountOf(esTurn(origin), { connectors })
  if (account === undefined) throw new Error('nobody')
  return account
}

const AGENT = 'projects/travel-desk/agent'
const TENANT = '8b3a6f9e-1c2d-4e5f-8a9b-0c1d2e3f4a5b'
const recognised: [keyof typeof origins, Partial<ChannelAccount>, readonly string[]][] = [
  ['slack', { channel: 'slack', label: 'Slack', proof: 'integration', masked: '…6K1' }, ['T024BE7LD', 'U2URF86K1']],
  [
    'microsoftTeams',
    { channel: 'microsoft_teams', label: 'Microsoft Teams', proof: 'connector', masked: '…4b5a' },
    [TENANT, '7faf8a69-3c0b-4e2b-9a86-5d1f2f3c4b5a'],
  ],
  ['twilioSms', { channel: 'twilio', label: 'SMS', proof: 'connector', masked: '…234' }, ['+33639981234']],
  [
    'twilioWhatsApp',
    { channel: 'twilio', label: 'WhatsApp', proof: 'connector', masked: '…234' },
    ['whatsapp:+33639981234'],
  ],
  [
    'facebook',
    { channel: 'facebook', label: 'Facebook Messenger', proof: 'integration', masked: '…8398' },
    ['177689475607202', '2254108171328398'],
  ],
  ['telegram', { channel: 'telegram', label: 'Telegram', proof: 'integration', masked: '…690' }, ['327498690']],
  ['telegramUpdate', { channel: 'telegram', label: 'Telegram', proof: 'integration', masked: '…690' }, ['327498690']],
  [
    'line',
    { channel: 'line', label: 'LINE', proof: 'integration', masked: '…4170' },
    [AGENT, 'U905251b5f5759bbde5e4788681c04170'],
  ],
  [
    'viber',
    { channel: 'viber', label: 'Viber', proof: 'integration', masked: '…kl7w' },
    [AGENT, '01234567890A+/ghijkl7w=='],
  ],
  [
    'googleChat',
    { channel: 'google_chat', label: 'Google Chat', proof: 'integration', masked: '…5678' },
    ['users/104523456789012345678'],
  ],
]

describe('a private message', () => {
  test.each(recognised)('%s', (name, expected, user) => {
    const account = accountOf(origins[name])
    expect(account).toMatchObject({ ...expected, audience: 'direct' })
    expect(account.id).toBe(JSON.stringify([expected.channel, ...user]))
    expect(takesSignInLinks(account)).toBe(true)
  })

  test('every channel has one here, or knows no users of its own', () => {
    const here = new Set([
      ...recognised.map(([, { channel }]) => channel),
      'telephony',
      'dialogflow_messenger',
      'web_client',
    ])
    expect(new Set(connectors)).toEqual(here)
  })
})

describe('a conversation that others read', () => {
  test.each<[keyof typeof origins, string, unknown]>([
    ['slack', 'payload.data.event.channel', 'C024BE91L'],
    ['slack', 'payload.data.event.channel', undefined],
    ['slack', 'payload.data.event.channel_type', 'mpim'],
    ['microsoftTeams', 'payload.conversation.conversationType', 'groupChat'],
    ['microsoftTeams', 'payload.conversation.conversationType', 'channel'],
    ['microsoftTeams', 'payload.conversation.conversationType', undefined],
    ['telegram', 'payload.data.chat', { id: -100123, type: 'supergroup' }],
    ['telegram', 'payload.data.chat', undefined],
    ['telegram', 'payload.data.chat.id', '327498691'],
    ['telegramUpdate', 'payload.data.message.chat.type', 'group'],
    ['line', 'payload.data.source.type', 'group'],
    ['line', 'payload.data.source.type', 'room'],
    ['googleChat', 'payload.data.event.space', { name: 'spaces/A', type: 'ROOM', spaceType: 'SPACE' }],
    ['googleChat', 'payload.data.event.space', { name: 'spaces/A', spaceType: 'DIRECT_MESSAGE' }],
    ['googleChat', 'payload.data.event.space', undefined],
  ])('gets no sign-in link: %s, %s = %j', (name, path, value) => {
    const account = accountOf(changed(origins[name], path, value))
    expect(account).toMatchObject({ audience: 'shared', id: accountOf(origins[name]).id })
    expect(takesSignInLinks(account)).toBe(false)
  })

  test('nor does an unproven one that says so of itself', () => {
    const { payload } = changed(origins.microsoftTeams, 'payload.conversation.conversationType', 'channel')
    const account = channelAccountOf(cxTurn(Object(payload)))
    expect(account).toMatchObject({ proof: 'session', audience: 'shared' })
  })
})

describe('nobody’s message', () => {
  test.each<[keyof typeof origins, string, unknown]>([
    ['slack', 'payload.data.event.user', undefined],
    ['slack', 'payload.data.event.user', 'u2urf86k1'],
    ['slack', 'payload.data.event.user', 'U2URF86K1","x'],
    ['slack', 'payload.data.event.team', 'U024BE7LD'],
    ['slack', 'payload.data', { channel: 'D3XQ6AF9A', text: 'hi', type: 'message', user: 'U2URF86K1' }],
    ['microsoftTeams', 'payload.from.aadObjectId', undefined],
    ['microsoftTeams', 'payload.from.aadObjectId', '7faf8a69'],
    ['microsoftTeams', 'payload.conversation.tenantId', 'contoso.com'],
    ['microsoftTeams', 'payload.channelId', 'directline'],
    ['twilioSms', 'payload.From', '33639981234'],
    ['twilioSms', 'payload.From', '+0639981234'],
    ['twilioSms', 'payload.From', '+3363998123400000'],
    ['twilioSms', 'payload.From', '+33639981234\n'],
    ['twilioSms', 'payload.From', '72345'],
    ['twilioSms', 'payload.From', 'Contoso'],
    ['twilioSms', 'payload.From', 'whatsapp:'],
    ['twilioSms', 'payload.From', 'messenger:2254108171328398'],
    ['twilioSms', 'payload.AccountSid', 'AC1'],
    ['facebook', 'payload.data.recipient', undefined],
    ['facebook', 'payload.data.sender.id', 2254108171328398],
    ['telegram', 'payload.data.from.is_bot', true],
    ['telegram', 'payload.data.from.id', 3.5],
    ['telegram', 'payload.data.from.id', -327498690],
    ['telegram', 'payload.data.from.id', 1e21],
    ['line', 'payload.data.source.userId', undefined],
    ['viber', 'payload.data.sender.id', 'short'],
    ['googleChat', 'payload.data.event.user.type', 'BOT'],
    ['googleChat', 'payload.data.event.user.name', 'users/app'],
  ])('has the session’s account: %s, %s = %j', (name, path, value) => {
    const account = accountOf(changed(origins[name], path, value))
    expect(account).toMatchObject({ id: JSON.stringify(['session', ES_SESSION]), proof: 'session', address: undefined })
  })
})

describe('an address', () => {
  test('of Slack: workspace, user and the direct conversation', () => {
    const address = { kind: 'slack', team: 'T024BE7LD', user: 'U2URF86K1', channel: 'D3XQ6AF9A' }
    expect(accountOf(origins.slack).address).toEqual(address)
    const inChannel = changed(origins.slack, 'payload.data.event.channel', 'C024BE91L')
    expect(accountOf(inChannel).address).toEqual({ ...address, channel: undefined })
  })

  test('of a Slack guest from another organisation: the workspace that has the app', () => {
    const guest = accountOf(changed(origins.slack, 'payload.data.event.team', 'T99999999'))
    expect(guest.id).toBe('["slack","T99999999","U2URF86K1"]')
    expect(guest.address).toMatchObject({ team: 'T024BE7LD' })
  })

  test('of a pressed button in Slack', () => {
    const data = {
      type: 'block_actions',
      team: { id: 'T024BE7LD' },
      user: { id: 'U2URF86K1' },
      channel: { id: 'D3XQ6AF9A' },
    }
    const { id, address, audience } = accountOf(origins.slack)
    expect(accountOf({ source: 'slack', payload: { data } })).toMatchObject({ id, address, audience })
  })

  test('of Teams: service URL, both parties, and the conversation if it is personal', () => {
    const { from, recipient, conversation, serviceUrl } = origins.microsoftTeams.payload
    const address = {
      kind: 'microsoft_teams',
      serviceUrl,
      tenant: TENANT,
      user: from.id,
      bot: recipient.id,
      conversation: conversation.id,
    }
    expect(accountOf(origins.microsoftTeams).address).toEqual(address)
    const inChannel = changed(origins.microsoftTeams, 'payload.conversation.conversationType', 'channel')
    expect(accountOf(inChannel).address).toEqual({ ...address, conversation: undefined })
  })

  test.each<[string, unknown]>([
    ['serviceUrl', 'https://evil.test/'],
    ['from.id', '28:c9e8c047'],
    ['recipient.id', '29:1XJKJMvc5GBtc2'],
    ['recipient', undefined],
  ])('of Teams is none without a good %s, though the account is one', (path, value) => {
    const account = accountOf(changed(origins.microsoftTeams, `payload.${path}`, value))
    expect(account).toMatchObject({ proof: 'connector', address: undefined })
  })

  test('of Twilio: both numbers, in the same scheme', () => {
    expect(accountOf(origins.twilioSms).address).toEqual({ kind: 'twilio', to: '+33639981234', from: '+447700900123' })
    expect(accountOf(origins.twilioWhatsApp).address).toEqual({
      kind: 'twilio',
      to: 'whatsapp:+33639981234',
      from: 'whatsapp:+447700900123',
    })
    const mixed = accountOf(changed(origins.twilioWhatsApp, 'payload.data.To', '+447700900123'))
    expect(mixed).toMatchObject({ proof: 'connector', address: undefined })
  })
})

describe('Telegram', () => {
  test('takes who pressed a button for the speaker, not who wrote the message that holds it', () => {
    const data = {
      update_id: 1,
      callback_query: {
        id: '1',
        from: { id: 327498690, is_bot: false },
        message: { from: { id: 42, is_bot: true }, chat: { id: 327498690, type: 'private' } },
      },
    }
    const account = accountOf({ source: 'telegram', payload: { data } })
    expect(account).toMatchObject({ id: '["telegram","327498690"]', audience: 'direct' })
  })
})

describe('a telephone call', () => {
  test('is its session’s, for a caller’s number proves nobody', () => {
    const account = accountOf(origins.telephony)
    expect(account).toMatchObject({
      channel: 'telephony',
      label: 'Telephone',
      id: JSON.stringify(['session', ES_SESSION]),
      proof: 'session',
      masked: '…234',
    })
    expect(takesSignInLinks(account)).toBe(false)
  })

  test.each(['REDACTED', '+33639981234;ext=1', ''])('shows no number that is none (%j)', caller_id => {
    const origin = { source: 'GOOGLE_TELEPHONY', payload: { telephony: { caller_id } } }
    expect(accountOf(origin).masked).toBe('…7d21')
  })

  test('of CX shows no links either, though nothing vouches for it', () => {
    const account = channelAccountOf(cxTurn(origins.telephony.payload))
    expect(account).toMatchObject({ channel: undefined, shows: { links: 'none' } })
  })
})

test('Dialogflow Messenger knows its users by their session', () => {
  const account = accountOf(origins.dialogflowMessenger)
  expect(account).toMatchObject({ channel: 'dialogflow_messenger', label: 'Dialogflow Messenger', proof: 'session' })
  expect(takesSignInLinks(account)).toBe(true)
})
