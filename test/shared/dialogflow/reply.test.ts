import { describe, expect, test } from 'vitest'
import { reply } from '../../../shared/dialogflow/reply.ts'

describe('reply', () => {
  test('begins with nothing to say', () => {
    expect(reply().parts).toEqual([])
  })

  test('keeps parts in the order they were said', () => {
    const parts = reply()
      .text('Hello')
      .ssml('<speak>Hello</speak>')
      .suggestions('Yes', { en: 'No', fr: 'Non' })
      .card({ title: 'Table', links: [{ label: 'Open', url: 'https://x.test' }] })
      .link('Open', 'https://x.test')
      .image('https://x.test/i.png', 'A table')
      .payload({ slack: { text: 'Hello' } })
      .sessionParameter('guests', 4)
      .context('booking', 5, { guests: 4 })
      .removeContext('search')
      .event('WELCOME', { name: 'Ada' }, 'fr')
      .toPage('p2')
      .toFlow('f2')
      .liveAgent({ queue: 'vip' })
      .fields('cx', { pageInfo: {} })
      .end().parts
    expect(parts).toEqual([
      { kind: 'text', text: 'Hello' },
      { kind: 'ssml', ssml: '<speak>Hello</speak>' },
      { kind: 'suggestions', suggestions: ['Yes', { en: 'No', fr: 'Non' }] },
      { kind: 'card', title: 'Table', links: [{ label: 'Open', url: 'https://x.test' }] },
      { kind: 'link', label: 'Open', url: 'https://x.test' },
      { kind: 'image', url: 'https://x.test/i.png', description: 'A table' },
      { kind: 'payload', payload: { slack: { text: 'Hello' } } },
      { kind: 'session_parameters', parameters: { guests: 4 } },
      { kind: 'context', id: 'booking', lifespanCount: 5, parameters: { guests: 4 } },
      { kind: 'context', id: 'search', lifespanCount: 0, parameters: {} },
      { kind: 'event', event: 'WELCOME', parameters: { name: 'Ada' }, language: 'fr' },
      { kind: 'page', page: 'p2' },
      { kind: 'flow', flow: 'f2' },
      { kind: 'live_agent', metadata: { queue: 'vip' } },
      { kind: 'fields', dialect: 'cx', fields: { pageInfo: {} } },
      { kind: 'end' },
    ])
  })

  test('leaves the reply it grew from as it was', () => {
    const hello = reply().text('Hello', 'en')
    hello.text('Bonjour', 'fr').end()
    expect(hello.parts).toEqual([{ kind: 'text', text: { en: 'Hello' } }])
  })

  test('joins texts in several languages to one message, until a language comes again', () => {
    const { parts } = reply().text('Hello', 'en').text('Bonjour', 'fr').text('Bye', 'en').text('Salut', 'fr')
    expect(parts).toEqual([
      { kind: 'text', text: { en: 'Hello', fr: 'Bonjour' } },
      { kind: 'text', text: { en: 'Bye', fr: 'Salut' } },
    ])
  })

  test('joins no text to one that has no language, nor across another part', () => {
    const { parts } = reply().text('Hello').text('Bonjour', 'fr').end().text('Bye', 'en')
    expect(parts).toEqual([
      { kind: 'text', text: 'Hello' },
      { kind: 'text', text: { fr: 'Bonjour' } },
      { kind: 'end' },
      { kind: 'text', text: { en: 'Bye' } },
    ])
  })

  test('is plain data that survives JSON', () => {
    const hello = reply().text('Hello', 'en').sessionParameter('a', null)
    expect(JSON.parse(JSON.stringify(hello))).toEqual({ parts: hello.parts })
  })
})
