import type { JsonObject } from '../runtime/json.ts'
import type { Localized } from './localized.ts'
import type { Link, MessagePart } from './reply.ts'

/**
 * Writes an Intent.Message of the default platform. SSML has its documented place among Actions on Google's alone.
 * https://cloud.google.com/dialogflow/es/docs/reference/rpc/google.cloud.dialogflow.v2#message
 */
export function writeEsMessage(part: MessagePart, say: (words: Localized) => string): JsonObject {
  const button = ({ label, url }: Link) => ({ text: say(label), postback: url })
  switch (part.kind) {
    case 'text':
      return { text: { text: [say(part.text)] } }
    case 'ssml':
      return { platform: 'ACTIONS_ON_GOOGLE', simpleResponses: { simpleResponses: [{ ssml: say(part.ssml) }] } }
    case 'suggestions':
      return { quickReplies: { quickReplies: part.suggestions.map(say) } }
    case 'card':
      return {
        card: {
          title: say(part.title),
          ...(part.subtitle !== undefined && { subtitle: say(part.subtitle) }),
          ...(part.imageUrl !== undefined && { imageUri: part.imageUrl }),
          ...(part.links !== undefined && { buttons: part.links.map(button) }),
        },
      }
    case 'link':
      return { card: { title: say(part.label), buttons: [button(part)] } }
    case 'image':
      return {
        image: {
          imageUri: part.url,
          ...(part.description !== undefined && { accessibilityText: say(part.description) }),
        },
      }
    case 'payload':
      return { payload: part.payload }
  }
}
