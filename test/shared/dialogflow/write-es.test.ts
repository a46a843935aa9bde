import { describe, expect, test } from 'vitest'
import { type Reply, reply } from '../../../shared/dialogflow/reply.ts'
import type { Turn } from '../../../shared/dialogflow/turn.ts'
import { writeEs } from '../../../shared/dialogflow/write-es.ts'
import { undocumentedFields } from './documented-fields.ts'
import { turnOf, turns } from './fixtures.ts'

const session = 'projects/travel-desk/agent/sessions/3c1f'

function write({ parts }: Reply, turn: Turn = turns.esWelcome) {
  const written = writeEs(parts, turn)
  expect(undocumentedFields(written.body, turn.version)).toEqual([])
  return written
}

describe('an ES response', () => {
  test('is empty for an empty reply, so that the agent answers by itself', () => {
    expect(write(reply())).toEqual({ body: {}, problems: [] })
  })

  test('says texts as messages, and once more as one text', () => {
    expect(write(reply().text('Hello').text('Welcome'))).toEqual({
      body: {
        fulfillmentText: 'Hello\nWelcome',
        fulfillmentMessages: [{ text: { text: ['Hello'] } }, { text: { text: ['Welcome'] } }],
      },
      problems: [],
    })
  })

  test("chooses every wording by the turn's language", () => {
    const words = { en: 'Menu', fr: 'Carte' }
    const said = reply()
      .text(words)
      .suggestions(words)
      .link(words, 'https://x.test')
      .card({ title: words, subtitle: words, links: [{ label: words, url: 'https://x.test' }] })
      .image('https://x.test/i.png', words)
      .ssml(words)
    const french = JSON.stringify(write(said, turns.esV2).body)
    expect(french).toContain('Carte')
    expect(french).not.toContain('Menu')
  })

  test.each([
    [
      'SSML',
      reply().ssml('<speak>Hi</speak>'),
      { platform: 'ACTIONS_ON_GOOGLE', simpleResponses: { simpleResponses: [{ ssml: '<speak>Hi</speak>' }] } },
    ],
    ['suggestions', reply().suggestions('Yes', 'No'), { quickReplies: { quickReplies: ['Yes', 'No'] } }],
    [
      'a card',
      reply().card({
        title: 'Table',
        subtitle: 'for four',
        imageUrl: 'https://x.test/i.png',
        links: [{ label: 'Open', url: 'https://x.test' }],
      }),
      {
        card: {
          title: 'Table',
          subtitle: 'for four',
          imageUri: 'https://x.test/i.png',
          buttons: [{ text: 'Open', postback: 'https://x.test' }],
        },
      },
    ],
    ['a bare card', reply().card({ title: 'Table' }), { card: { title: 'Table' } }],
    [
      'a link button',
      reply().link('Sign in', 'https://x.test'),
      { card: { title: 'Sign in', buttons: [{ text: 'Sign in', postback: 'https://x.test' }] } },
    ],
    [
      'an image',
      reply().image('https://x.test/i.png', 'A table'),
      { image: { imageUri: 'https://x.test/i.png', accessibilityText: 'A table' } },
    ],
    ['a bare image', reply().image('https://x.test/i.png'), { image: { imageUri: 'https://x.test/i.png' } }],
    ['a payload', reply().payload({ a: [1] }), { payload: { a: [1] } }],
  ])('says %s', (_, said, message) => {
    expect(write(said)).toEqual({ body: { fulfillmentMessages: [message] }, problems: [] })
  })

  test('sets and ends contexts of its session', () => {
    const said = reply().context('booking', 5, { guests: 4 }).removeContext('search')
    expect(write(said).body).toEqual({
      outputContexts: [
        { name: `${session}/contexts/booking`, lifespanCount: 5, parameters: { guests: 4 } },
        { name: `${session}/contexts/search`, lifespanCount: 0, parameters: {} },
      ],
    })
  })

  test('keeps session parameters in the context `session`, beside those already there', () => {
    const { body } = write(reply().sessionParameter('guests', 4).sessionParameters({ city: 'Lyon' }), turns.esV2)
    expect(body).toEqual({
      outputContexts: [
        {
          name: `${turns.esV2.session?.name}/contexts/session`,
          lifespanCount: 99,
          parameters: { token: 'opaque', guests: 4, city: 'Lyon' },
        },
      ],
    })
  })

  test('gives back on the next turn the session parameters it was told to remember', () => {
    const { body } = write(reply().sessionParameters({ guests: 4, city: 'Lyon' }).sessionParameter('city', null))
    expect(turnOf({ queryResult: body }).sessionParameters).toEqual({ guests: 4 })
  })

  test('ends the context `session` with its last parameter', () => {
    const { body } = write(reply().sessionParameter('token', null), turns.esV2)
    expect(body).toMatchObject({ outputContexts: [{ lifespanCount: 0, parameters: {} }] })
  })

  test.each([
    ['context', reply().context('booking', 5)],
    ['session_parameters', reply().sessionParameter('a', 1)],
  ])('cannot say %s to a request without a session', (part, said) => {
    expect(write(said.text('Hi'), turnOf({ queryResult: {} }))).toEqual({
      body: { fulfillmentText: 'Hi', fulfillmentMessages: [{ text: { text: ['Hi'] } }] },
      problems: [{ code: 'reply_needs', part, missing: 'session' }],
    })
  })

  test('sends a follow-up event without what Dialogflow would ignore beside it', () => {
    const said = reply().text('Hi').text('Ho').payload({}).context('booking', 5).event('NEXT', { a: 1 })
    expect(write(said)).toEqual({
      body: {
        outputContexts: [{ name: `${session}/contexts/booking`, lifespanCount: 5, parameters: {} }],
        followupEventInput: { name: 'NEXT', parameters: { a: 1 }, languageCode: 'en' },
      },
      problems: [
        { code: 'reply_ignored', part: 'text', because: 'event' },
        { code: 'reply_ignored', part: 'payload', because: 'event' },
      ],
    })
  })

  test('sends the last of several events, in its own language if it has one', () => {
    expect(write(reply().event('ONE').event('TWO', {}, 'de'), turnOf({ queryResult: {} }))).toEqual({
      body: { followupEventInput: { name: 'TWO', parameters: {}, languageCode: 'de' } },
      problems: [{ code: 'reply_ignored', part: 'event', because: 'event' }],
    })
    expect(write(reply().event('ONE'), turnOf({ queryResult: {} })).body).toEqual({
      followupEventInput: { name: 'ONE', parameters: {} },
    })
  })

  test.each([
    ['end', reply().end(), { endInteraction: true }],
    ['live_agent', reply().liveAgent(), { liveAgentHandoff: true }],
  ])('says %s to v2beta1 alone', (part, said, body) => {
    expect(write(said, turns.esV2beta1)).toEqual({ body, problems: [] })
    expect(write(said)).toEqual({ body: {}, problems: [{ code: 'reply_unsupported', part, version: 'v2' }] })
  })

  test('hands over to a live agent without metadata', () => {
    expect(write(reply().liveAgent({ queue: 'vip' }), turns.esV2beta1)).toEqual({
      body: { liveAgentHandoff: true },
      problems: [{ code: 'reply_unsupported', part: 'live_agent.metadata', version: 'v2beta1' }],
    })
  })

  test.each([
    ['page', reply().toPage('p')],
    ['flow', reply().toFlow('f')],
  ])('knows no %s', (part, said) => {
    expect(write(said)).toEqual({ body: {}, problems: [{ code: 'reply_unsupported', part, version: 'v2' }] })
  })

  test('takes up fields of its own dialect', () => {
    const context = { name: `${session}/contexts/a`, lifespanCount: 1, parameters: {} }
    const said = reply()
      .context('booking', 5)
      .fields('es', { source: 'bookings', outputContexts: [context] })
      .fields('es', { payload: { slack: {} } })
      .fields('cx', { pageInfo: {} })
    expect(write(said).body).toEqual({
      outputContexts: [{ name: `${session}/contexts/booking`, lifespanCount: 5, parameters: {} }, context],
      source: 'bookings',
      payload: { slack: {} },
    })
  })
})
