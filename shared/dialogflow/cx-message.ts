import type { JsonObject } from '../runtime/json.ts'
import type { Localized } from './localized.ts'
import type { Link, MessagePart } from './reply.ts'

/**
 * Writes a ResponseMessage. What Dialogflow has no kind for is written for Dialogflow Messenger, whose rich content is the one
 * that Google documents: https://cloud.google.com/dialogflow/cx/docs/concept/integration/dialogflow-messenger/fulfillment
 */
export function writeCxMessage(part: MessagePart, say: (words: Localized) => string): JsonObject {
  const button = ({ label, url }: Link) => ({ type: 'button', text: say(label), anchor: { href: url } })
  switch (part.kind) {
    case 'text':
      return { text: { text: [say(part.text)] } }
    case 'ssml':
      return { outputAudioText: { ssml: say(part.ssml) } }
    case 'suggestions':
      return richContent([{ type: 'chips', options: part.suggestions.map(words => ({ text: say(words) })) }])
    case 'card':
      return richContent([
        {
          type: 'info',
          title: say(part.title),
          ...(part.subtitle !== undefined && { subtitle: say(part.subtitle) }),
          ...(part.imageUrl !== undefined && { image: { rawUrl: part.imageUrl } }),
        },
        ...(part.links ?? []).map(button),
      ])
    case 'link':
      return richContent([button(part)])
    case 'image':
      return richContent([
        {
          type: 'image',
          rawUrl: part.url,
          ...(part.description !== undefined && { accessibilityText: say(part.description) }),
        },
      ])
    case 'payload':
      return { payload: part.payload }
  }
}

/** One card: what stands in one inner list is shown as one. */
const richContent = (card: readonly JsonObject[]): JsonObject => ({ payload: { richContent: [card] } })
