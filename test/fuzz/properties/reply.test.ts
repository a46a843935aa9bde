import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Localized, localize } from '../../../shared/dialogflow/localized.ts'
import type { MessagePart, ReplyPart } from '../../../shared/dialogflow/reply.ts'
import { writeReply } from '../../../shared/dialogflow/write-reply.ts'
import type { JsonValue } from '../../../shared/runtime/json.ts'
import { turns } from '../../shared/dialogflow/fixtures.ts'
import { budget, TIMEOUT_MS } from './budget.ts'
import { codeUnit } from './code-unit.ts'
import { readCxMessage, readEsMessage } from './read-message.ts'

const words = fc.string({ unit: codeUnit, maxLength: 30 })
const localized = fc.oneof(
  words,
  fc.dictionary(fc.constantFrom('en', 'en-GB', 'fr', 'fr-CA', 'de'), words, { minKeys: 1 }),
)
const link = fc.record({ label: localized, url: words })
const links = fc.array(link, { minLength: 1, maxLength: 2 })
const json = fc.json({ maxDepth: 2 }).map((text): JsonValue => JSON.parse(text))
const parameters = fc.dictionary(fc.string({ maxLength: 8 }), json, { maxKeys: 4 })
const kind = <Kind extends ReplyPart['kind']>(name: Kind) => fc.constant(name)

const messagePart: fc.Arbitrary<MessagePart> = fc.oneof(
  fc.record({ kind: kind('text'), text: localized }),
  fc.record({ kind: kind('ssml'), ssml: localized }),
  fc.record({ kind: kind('suggestions'), suggestions: fc.array(localized, { maxLength: 4 }) }),
  fc.record({ kind: kind('card'), title: localized, subtitle: localized }),
  fc.record({ kind: kind('card'), title: localized, subtitle: localized, imageUrl: words, links }),
  fc.record({ kind: kind('link'), label: localized, url: words }),
  fc.record({ kind: kind('image'), url: words }),
  fc.record({ kind: kind('image'), url: words, description: localized }),
  fc.record({ kind: kind('payload'), payload: fc.record({ custom: json }) }),
)

/** The same part for a user of this language: every choice of words made. */
const meant = (part: MessagePart, language: string | undefined): unknown => {
  const say = (words: Localized) => localize(words, language)
  switch (part.kind) {
    case 'text':
      return { ...part, text: say(part.text) }
    case 'ssml':
      return { ...part, ssml: say(part.ssml) }
    case 'suggestions':
      return { ...part, suggestions: part.suggestions.map(say) }
    case 'card':
      return {
        ...part,
        title: say(part.title),
        subtitle: say(part.subtitle ?? ''),
        ...(part.links && { links: part.links.map(({ label, url }) => ({ label: say(label), url })) }),
      }
    case 'link':
      return { ...part, label: say(part.label) }
    case 'image':
      return { ...part, ...(part.description !== undefined && { description: say(part.description) }) }
    case 'payload':
      return part
  }
}

describe.each(Object.entries(turns))('a reply to %s', (_, turn) => {
  const read = turn.dialect === 'es' ? readEsMessage : readCxMessage

  test('says what was meant, in its order', { timeout: TIMEOUT_MS }, () => {
    fc.assert(
      fc.property(fc.array(messagePart, { maxLength: 6 }), parts => {
        const body = JSON.parse(writeReply({ parts }, turn).json)
        const messages: readonly unknown[] =
          (turn.dialect === 'es' ? body.fulfillmentMessages : body.fulfillmentResponse?.messages) ?? []
        expect(messages.map(read)).toEqual(parts.map(part => meant(part, turn.language)))
        const texts = parts.flatMap(part => (part.kind === 'text' ? [localize(part.text, turn.language)] : []))
        if (turn.dialect === 'es') expect(body.fulfillmentText ?? '').toBe(texts.join('\n'))
      }),
      budget(150),
    )
  })

  test('has the agent remember what was meant', { timeout: TIMEOUT_MS }, () => {
    fc.assert(
      fc.property(fc.array(parameters, { minLength: 1, maxLength: 3 }), several => {
        const parts = several.map(one => ({ kind: 'session_parameters', parameters: one }) as const)
        const body = JSON.parse(writeReply({ parts }, turn).json)
        const all = Object.assign({}, ...several)
        if (turn.dialect === 'cx') {
          expect(body.sessionInfo.parameters).toEqual(all)
          return
        }
        // ES: `null` forgets at once, and the context ends with its last parameter.
        const kept = Object.entries({ ...turn.sessionParameters, ...all }).filter(([, value]) => value !== null)
        expect(body.outputContexts).toEqual([
          {
            name: `${turn.session?.name}/contexts/session`,
            lifespanCount: kept.length === 0 ? 0 : 99,
            parameters: Object.fromEntries(kept),
          },
        ])
      }),
      budget(100),
    )
  })
})
