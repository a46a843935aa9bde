import { describe, expect, test } from 'vitest'
import { type Reply, reply } from '../../../shared/dialogflow/reply.ts'
import type { Turn } from '../../../shared/dialogflow/turn.ts'
import { writeCx } from '../../../shared/dialogflow/write-cx.ts'
import { undocumentedFields } from './documented-fields.ts'
import { turnOf, turns } from './fixtures.ts'

const agent = 'projects/travel-desk/locations/global/agents/a1'
const nowhere = turnOf({ fulfillmentInfo: { tag: 't' } })

function write({ parts }: Reply, turn: Turn = turns.cxV3) {
  const written = writeCx(parts, turn)
  expect(undocumentedFields(written.body, turn.version)).toEqual([])
  return written
}
const richContent = (...card: object[]) => ({ payload: { richContent: [card] } })

describe('a CX response', () => {
  test('is empty for an empty reply, so that the agent answers by itself', () => {
    expect(write(reply())).toEqual({ body: {}, problems: [] })
  })

  test("chooses every wording by the turn's language", () => {
    const words = { fr: 'Carte', en: 'Menu' }
    const said = reply()
      .text(words)
      .suggestions(words)
      .link(words, 'https://x.test')
      .card({ title: words, subtitle: words, links: [{ label: words, url: 'https://x.test' }] })
      .image('https://x.test/i.png', words)
      .ssml(words)
    const english = JSON.stringify(write(said).body)
    expect(english).toContain('Menu')
    expect(english).not.toContain('Carte')
  })

  test.each([
    ['a text', reply().text('Hi'), { text: { text: ['Hi'] } }],
    ['SSML', reply().ssml('<speak>Hi</speak>'), { outputAudioText: { ssml: '<speak>Hi</speak>' } }],
    [
      'suggestions',
      reply().suggestions('Yes', 'No'),
      richContent({ type: 'chips', options: [{ text: 'Yes' }, { text: 'No' }] }),
    ],
    [
      'a card',
      reply().card({
        title: 'Table',
        subtitle: 'for four',
        imageUrl: 'https://x.test/i.png',
        links: [{ label: 'Open', url: 'https://x.test' }],
      }),
      richContent(
        { type: 'info', title: 'Table', subtitle: 'for four', image: { rawUrl: 'https://x.test/i.png' } },
        { type: 'button', text: 'Open', anchor: { href: 'https://x.test' } },
      ),
    ],
    ['a bare card', reply().card({ title: 'Table' }), richContent({ type: 'info', title: 'Table' })],
    [
      'a link button',
      reply().link('Sign in', 'https://x.test'),
      richContent({ type: 'button', text: 'Sign in', anchor: { href: 'https://x.test' } }),
    ],
    [
      'an image',
      reply().image('https://x.test/i.png', 'A table'),
      richContent({ type: 'image', rawUrl: 'https://x.test/i.png', accessibilityText: 'A table' }),
    ],
    [
      'a bare image',
      reply().image('https://x.test/i.png'),
      richContent({ type: 'image', rawUrl: 'https://x.test/i.png' }),
    ],
    ['a payload', reply().payload({ a: [1] }), { payload: { a: [1] } }],
    ['a hand-off', reply().liveAgent({ queue: 'vip' }), { liveAgentHandoff: { metadata: { queue: 'vip' } } }],
  ])('says %s', (_, said, message) => {
    expect(write(said)).toEqual({ body: { fulfillmentResponse: { messages: [message] } }, problems: [] })
  })

  test('sets session parameters, and removes them by null', () => {
    const said = reply().sessionParameters({ guests: 4, city: 'Lyon' }).sessionParameter('token', null)
    expect(write(said)).toEqual({
      body: { sessionInfo: { parameters: { guests: 4, city: 'Lyon', token: null } } },
      problems: [],
    })
  })

  test.each([
    ['a page of the same flow', reply().toPage('p2'), { targetPage: `${agent}/flows/f1/pages/p2` }],
    ['a page by keyword', reply().toPage('START_PAGE'), { targetPage: `${agent}/flows/f1/pages/START_PAGE` }],
    [
      'a page by its full name',
      reply().toPage(`${agent}/flows/f2/pages/p2`),
      { targetPage: `${agent}/flows/f2/pages/p2` },
    ],
    ['a flow of the agent', reply().toFlow('f2'), { targetFlow: `${agent}/flows/f2` }],
    ['a flow by its full name', reply().toFlow(`${agent}/flows/f2`), { targetFlow: `${agent}/flows/f2` }],
    ['the end of the conversation', reply().end(), { targetPage: `${agent}/flows/f1/pages/END_SESSION` }],
  ])('goes on at %s', (_, said, body) => {
    expect(write(said)).toEqual({ body, problems: [] })
  })

  test('goes to a full name from wherever it is', () => {
    expect(write(reply().toPage('projects/p'), nowhere)).toEqual({ body: { targetPage: 'projects/p' }, problems: [] })
    expect(write(reply().toFlow('projects/p'), nowhere)).toEqual({ body: { targetFlow: 'projects/p' }, problems: [] })
  })

  test.each([
    ['page', reply().toPage('p2'), 'page'],
    ['end', reply().end(), 'page'],
    ['flow', reply().toFlow('f2'), 'session'],
  ])('cannot find its way to a %s from a request that does not say where it is', (part, said, missing) => {
    expect(write(said, nowhere)).toEqual({ body: {}, problems: [{ code: 'reply_needs', part, missing }] })
  })

  test('goes where it was told last', () => {
    expect(write(reply().toPage('p2').toFlow('f2'))).toEqual({
      body: { targetFlow: `${agent}/flows/f2` },
      problems: [{ code: 'reply_ignored', part: 'page', because: 'flow' }],
    })
  })

  test.each([
    ['event', reply().event('NEXT')],
    ['context', reply().context('booking', 5)],
  ])('knows no %s', (part, said) => {
    expect(write(said.text('Hi'))).toEqual({
      body: { fulfillmentResponse: { messages: [{ text: { text: ['Hi'] } }] } },
      problems: [{ code: 'reply_unsupported', part, version: 'v3' }],
    })
  })

  test('takes up fields of its own dialect', () => {
    const said = reply()
      .text('Hi')
      .fields('cx', { fulfillmentResponse: { mergeBehavior: 'REPLACE' }, payload: { a: 1 } })
      .fields('es', { source: 'bookings' })
    expect(write(said).body).toEqual({
      fulfillmentResponse: { messages: [{ text: { text: ['Hi'] } }], mergeBehavior: 'REPLACE' },
      payload: { a: 1 },
    })
  })
})
