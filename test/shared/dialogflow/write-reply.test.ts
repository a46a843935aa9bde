import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ReplyBuilder, reply } from '../../../shared/dialogflow/reply.ts'
import type { Turn } from '../../../shared/dialogflow/turn.ts'
import { MAX_RESPONSE_BYTES, writeReply } from '../../../shared/dialogflow/write-reply.ts'
import type { JsonObject } from '../../../shared/runtime/json.ts'
import { undocumentedFields } from './documented-fields.ts'
import { turns } from './fixtures.ts'

const big = 'x'.repeat(MAX_RESPONSE_BYTES)
const dialects = [
  ['es', turns.esWelcome],
  ['cx', turns.cxV3],
] as const

function write(said: ReplyBuilder, turn: Turn) {
  const { json, problems } = writeReply(said, turn)
  expect(Buffer.byteLength(json)).toBeLessThanOrEqual(MAX_RESPONSE_BYTES)
  const body: JsonObject = JSON.parse(json)
  return { json, body, problems, tooLarge: problems.find(({ code }) => code === 'reply_too_large') }
}

/** Texts of a response, in either dialect. */
function textsOf(body: JsonObject): string[] {
  const texts: string[] = []
  JSON.stringify(body, (key, value) => {
    if (key === 'text' && Array.isArray(value)) texts.push(...value)
    return value
  })
  return texts
}

describe('writeReply', () => {
  test("writes in the turn's own dialect", () => {
    expect(writeReply(reply().text('Hi'), turns.esWelcome)).toEqual({
      json: '{"fulfillmentText":"Hi","fulfillmentMessages":[{"text":{"text":["Hi"]}}]}',
      problems: [],
    })
    expect(writeReply(reply().text('Hi'), turns.cxV3)).toEqual({
      json: '{"fulfillmentResponse":{"messages":[{"text":{"text":["Hi"]}}]}}',
      problems: [],
    })
  })

  test('writes a reply that comes back from storage', () => {
    const said = reply().text({ en: 'Hi', fr: 'Salut' }).end()
    expect(writeReply(JSON.parse(JSON.stringify(said)), turns.cxV3)).toEqual(writeReply(said, turns.cxV3))
  })

  test('passes on what the dialect could not say', () => {
    expect(writeReply(reply().toPage('p'), turns.esWelcome)).toEqual({
      json: '{}',
      problems: [{ code: 'reply_unsupported', part: 'page', version: 'v2' }],
    })
  })
})

describe.each(dialects)('a response of more than 64 KiB (%s)', (_, turn) => {
  test('is whole at 65,536 bytes and shortened at one more', () => {
    const room = MAX_RESPONSE_BYTES - Buffer.byteLength(writeReply(reply().payload({ a: '' }), turn).json)
    const whole = write(reply().payload({ a: 'x'.repeat(room) }), turn)
    expect(Buffer.byteLength(whole.json)).toBe(MAX_RESPONSE_BYTES)
    expect(whole.problems).toEqual([])
    expect(write(reply().payload({ a: 'x'.repeat(room + 1) }), turn)).toMatchObject({
      json: '{}',
      problems: [
        { code: 'reply_too_large', bytes: MAX_RESPONSE_BYTES + 1, limit: 65_536, dropped: ['payload'], textCut: false },
      ],
    })
  })

  test('counts bytes of UTF-8, not characters', () => {
    expect(write(reply().text('é'.repeat(40_000)), turn).tooLarge).toMatchObject({ textCut: true })
  })

  test('drops the heaviest decoration first, and no more than it must', () => {
    const said = reply().text('Hi').card({ title: 'Table' }).image('https://x.test/i.png').payload({ big }).end()
    const { body, tooLarge } = write(said, turn)
    expect(tooLarge).toMatchObject({ dropped: ['payload'], textCut: false })
    expect(body).toEqual(
      JSON.parse(
        writeReply(
          // ES leaves out its second copy of the texts here.
          reply().text('Hi').card({ title: 'Table' }).image('https://x.test/i.png').end(),
          turn,
        ).json.replace('"fulfillmentText":"Hi",', ''),
      ),
    )
  })

  test('cuts texts rather than drop links, suggestions and what the agent remembers', () => {
    const said = reply()
      .text('first')
      .text(big)
      .text('last')
      .card({ title: 'Table' })
      .link('Sign in', 'https://x.test/sign-in')
      .suggestions('Yes')
      .sessionParameter('guests', 4)
    const { json, body, tooLarge } = write(said, turn)
    expect(tooLarge).toMatchObject({ dropped: ['card'], textCut: true })
    expect(textsOf(body)).toEqual(['first', expect.stringMatching(/^x{60000,}…$/)])
    expect(json).toContain('https://x.test/sign-in')
    expect(json).toContain('Yes')
    expect(json).toContain('"guests":4')
    expect(Buffer.byteLength(json)).toBeGreaterThan(MAX_RESPONSE_BYTES - 8)
  })

  test('drops what leaves no room for the texts, and only that', () => {
    const said = reply().text('Hi').link('Sign in', 'https://x.test/sign-in').sessionParameters({ big })
    const { json, body, tooLarge } = write(said, turn)
    expect(tooLarge).toMatchObject({ dropped: ['session_parameters'], textCut: false })
    expect(textsOf(body)).toEqual(['Hi'])
    expect(json).toContain('https://x.test/sign-in')
  })

  test.each([
    ['two bytes', 'é'],
    ['three bytes', '語'],
    ['a surrogate pair', '🙂'],
    ['escapes', '\u0001'],
    ['quotes', '"'],
  ])('cuts between code points of %s', (_, character) => {
    for (const before of ['', 'x', 'xx', 'xxx']) {
      const { json, body } = write(reply().text(before + character.repeat(40_000)), turn)
      const [text = ''] = textsOf(body)
      expect(text.isWellFormed()).toBe(true)
      expect(text).toMatch(new RegExp(`^${before}(${character})+…$`, 'u'))
      expect(Buffer.byteLength(json)).toBeGreaterThan(MAX_RESPONSE_BYTES - 16)
    }
  })

  test("cuts the words of the turn's language", () => {
    const { body } = write(reply().text({ de: 'y'.repeat(70_000), en: 'x'.repeat(70_000) }), turn)
    expect(textsOf(body)).toEqual([expect.stringMatching(/^x+…$/)])
  })
})

test('ES leaves out the second copy of the texts before anything else', () => {
  const { body, problems } = write(reply().text('x'.repeat(40_000)).payload({ a: 1 }), turns.esWelcome)
  expect(body).toEqual({
    fulfillmentMessages: [{ text: { text: ['x'.repeat(40_000)] } }, { payload: { a: 1 } }],
  })
  expect(problems).toMatchObject([{ code: 'reply_too_large', dropped: [], textCut: false }])
})

test('a follow-up event too large to send gives way to the texts it would have hidden', () => {
  const { body, problems } = write(reply().text('Hi').event('NEXT', { big }), turns.esWelcome)
  expect(textsOf(body)).toEqual(['Hi'])
  expect(problems).toMatchObject([{ code: 'reply_too_large', dropped: ['event'] }])
})

test('any reply, to any turn, becomes a documented response within the limit', () => {
  const words = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.constantFrom('x', '🙂', '"', '\ud800').chain(unit => fc.nat(40_000).map(times => unit.repeat(times))),
  )
  const localized = fc.oneof(words, fc.dictionary(fc.constantFrom('en', 'fr', 'fr-CA', 'de'), words))
  const part: fc.Arbitrary<(said: ReplyBuilder) => ReplyBuilder> = fc.oneof(
    localized.map(text => (said: ReplyBuilder) => said.text(text)),
    localized.map(text => (said: ReplyBuilder) => said.ssml(text)),
    fc.array(localized, { maxLength: 3 }).map(chips => (said: ReplyBuilder) => said.suggestions(...chips)),
    localized.map(title => (said: ReplyBuilder) => said.card({ title, links: [{ label: title, url: 'https://x' }] })),
    localized.map(label => (said: ReplyBuilder) => said.link(label, 'https://x.test')),
    words.map(url => (said: ReplyBuilder) => said.image(url)),
    words.map(a => (said: ReplyBuilder) => said.payload({ a })),
    words.map(a => (said: ReplyBuilder) => said.sessionParameter('a', a)),
    words.map(a => (said: ReplyBuilder) => said.context('c', 1, { a })),
    words.map(a => (said: ReplyBuilder) => said.event('e', { a })),
    words.map(a => (said: ReplyBuilder) => said.toPage(a)),
    words.map(a => (said: ReplyBuilder) => said.toFlow(a)),
    words.map(a => (said: ReplyBuilder) => said.liveAgent({ a })),
    fc.constant((said: ReplyBuilder) => said.end()),
  )
  const turn = fc.constantFrom(...Object.values(turns))
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), turn, (parts, turn) => {
      const said = parts.reduce((said, add) => add(said), reply())
      const { body } = write(said, turn)
      expect(undocumentedFields(body, turn.version)).toEqual([])
    }),
    { seed: 7, numRuns: 60 },
  )
})
