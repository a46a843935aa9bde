import { isJsonArray, isJsonObject } from '../../../shared/dialogflow/json-type.ts'
import type { Turn } from '../../../shared/dialogflow/turn.ts'
import type { JsonObject, JsonValue } from '../../../shared/runtime/json.ts'

/** The fields of a message: a scalar or free-form value, or a message again, alone or in a list. */
type Message = { readonly [field: string]: 'value' | 'struct' | Message }

const message: Message = {
  platform: 'value',
  text: { text: 'value' },
  image: { imageUri: 'value', accessibilityText: 'value' },
  quickReplies: { title: 'value', quickReplies: 'value' },
  card: { title: 'value', subtitle: 'value', imageUri: 'value', buttons: { text: 'value', postback: 'value' } },
  payload: 'struct',
  simpleResponses: { simpleResponses: { textToSpeech: 'value', ssml: 'value', displayText: 'value' } },
}

const v2: Message = {
  fulfillmentText: 'value',
  fulfillmentMessages: message,
  source: 'value',
  payload: 'struct',
  outputContexts: { name: 'value', lifespanCount: 'value', parameters: 'struct' },
  followupEventInput: { name: 'value', parameters: 'struct', languageCode: 'value' },
  sessionEntityTypes: { name: 'value', entityOverrideMode: 'value', entities: { value: 'value', synonyms: 'value' } },
}

const v3: Message = {
  fulfillmentResponse: {
    messages: {
      text: { text: 'value' },
      payload: 'struct',
      conversationSuccess: { metadata: 'struct' },
      outputAudioText: { text: 'value', ssml: 'value' },
      liveAgentHandoff: { metadata: 'struct' },
      playAudio: { audioUri: 'value' },
      telephonyTransferCall: { phoneNumber: 'value' },
    },
    mergeBehavior: 'value',
  },
  pageInfo: { formInfo: { parameterInfo: { displayName: 'value', state: 'value', value: 'struct' } } },
  sessionInfo: { session: 'value', parameters: 'struct' },
  payload: 'struct',
  targetPage: 'value',
  targetFlow: 'value',
}

/** WebhookResponse of each version: Dialogflow refuses a response with any other field. */
const RESPONSES: Readonly<Record<Turn['version'], Message>> = {
  v2,
  v2beta1: { ...v2, liveAgentHandoff: 'value', endInteraction: 'value' },
  v3,
}

/** Paths of fields in a response that its version does not document. */
export const undocumentedFields = (response: JsonObject, version: Turn['version']): string[] =>
  find(response, RESPONSES[version], '')

function find(value: JsonValue, fields: Message, path: string): string[] {
  if (isJsonArray(value)) return value.flatMap(item => find(item, fields, path))
  if (!isJsonObject(value)) return [path]
  return Object.entries(value).flatMap(([name, inner]) => {
    const field = fields[name]
    if (field === undefined) return [`${path}.${name}`]
    if (field === 'struct') return []
    if (field === 'value') return holdsNoObject(inner) ? [] : [`${path}.${name}`]
    return find(inner, field, `${path}.${name}`)
  })
}

const holdsNoObject = (value: JsonValue): boolean =>
  isJsonArray(value) ? value.every(holdsNoObject) : typeof value !== 'object' || value === null
