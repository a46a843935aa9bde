import type { JsonObject, JsonValue } from '../../../shared/runtime/json.ts'
import { object, objects } from '../json-object.ts'
import type { Dialect } from './conversation.ts'

const strings = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? value.filter(item => typeof item === 'string') : []

const chips = (texts: readonly JsonValue[]): string => texts.map(text => `[${text}]`).join(' ')

/** Dialogflow Messenger's rich content: what CX has in the place of quick replies and cards. */
const richContent = (message: JsonObject): readonly JsonObject[] => {
  const cards = object(message.payload).richContent
  return Array.isArray(cards) ? cards.flatMap(objects) : []
}

const element = ({ type, options, text, anchor }: JsonObject): string => {
  if (type === 'chips') return chips(objects(options).map(option => option.text ?? ''))
  return type === 'button' ? `[${text}] ${object(anchor).href}` : `(${type})`
}

/** One message as a user would see it; what a terminal cannot show stands as its JSON. */
const line = (message: JsonObject): string => {
  const texts = strings(object(message.text).text)
  if (texts.length > 0) return texts.join('\n')
  const replies = strings(object(message.quickReplies).quickReplies)
  if (replies.length > 0) return chips(replies)
  const buttons = objects(object(message.card).buttons)
  if (buttons.length > 0) return buttons.map(({ text, postback }) => `[${text}] ${postback}`).join('\n')
  const rich = richContent(message)
  return rich.length > 0 ? rich.map(element).join('\n') : JSON.stringify(message)
}

/** What the webhook has the agent say; empty when it leaves that to the agent. */
export const answerText = (dialect: Dialect, response: JsonObject): string => {
  const messages = dialect === 'es' ? response.fulfillmentMessages : object(response.fulfillmentResponse).messages
  const said = objects(messages).map(line).join('\n')
  const { fulfillmentText } = response
  return said === '' && typeof fulfillmentText === 'string' ? fulfillmentText : said
}
