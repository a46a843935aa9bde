import type { JsonObject } from '../runtime/json.ts'
import { writeEsMessage } from './es-message.ts'
import { SESSION_CONTEXT } from './es-request.ts'
import { localize } from './localized.ts'
import type { MessagePart, ReplyPart } from './reply.ts'
import type { ReplyProblem } from './reply-problem.ts'
import type { Turn } from './turn.ts'
import { mergeFields, type WrittenResponse } from './written-response.ts'

/** Turns that the context `session` outlives, renewed whenever it is written. */
const SESSION_LIFESPAN = 99

/**
 * Writes an ES WebhookResponse. Dialogflow refuses a whole response for one field it does not know, so the two fields
 * that only v2beta1 knows are written only where the request shows that it is v2beta1.
 * https://cloud.google.com/dialogflow/es/docs/reference/rpc/google.cloud.dialogflow.v2beta1#webhookresponse
 */
export function writeEs(parts: readonly ReplyPart[], turn: Turn): WrittenResponse {
  const problems: ReplyProblem[] = []
  const messages: { readonly kind: MessagePart['kind']; readonly message: JsonObject }[] = []
  const contexts = new Map<string, JsonObject>()
  let sessionParameters = turn.sessionParameters
  let followupEventInput: JsonObject | undefined
  let beta: JsonObject = {}
  let fields: JsonObject = {}

  const unsupported = (part: ReplyPart) =>
    problems.push({ code: 'reply_unsupported', part: part.kind, version: turn.version })
  const setContext = (part: ReplyPart, id: string, lifespanCount: number, parameters: JsonObject) => {
    if (turn.session === undefined) problems.push({ code: 'reply_needs', part: part.kind, missing: 'session' })
    else contexts.set(id, { name: `${turn.session.name}/contexts/${id}`, lifespanCount, parameters })
  }

  for (const part of parts) {
    switch (part.kind) {
      case 'session_parameters':
        sessionParameters = withoutNulls({ ...sessionParameters, ...part.parameters })
        setContext(part, SESSION_CONTEXT, isEmpty(sessionParameters) ? 0 : SESSION_LIFESPAN, sessionParameters)
        break
      case 'context':
        setContext(part, part.id, part.lifespanCount, part.parameters)
        break
      case 'event': {
        if (followupEventInput) problems.push({ code: 'reply_ignored', part: 'event', because: 'event' })
        const languageCode = part.language ?? turn.language
        followupEventInput = { name: part.event, parameters: part.parameters, ...(languageCode && { languageCode }) }
        break
      }
      case 'end':
        if (turn.version === 'v2beta1') beta = { ...beta, endInteraction: true }
        else unsupported(part)
        break
      case 'live_agent':
        if (turn.version !== 'v2beta1') {
          unsupported(part)
          break
        }
        beta = { ...beta, liveAgentHandoff: true }
        if (!isEmpty(part.metadata)) {
          problems.push({ code: 'reply_unsupported', part: 'live_agent.metadata', version: turn.version })
        }
        break
      case 'page':
      case 'flow':
        unsupported(part)
        break
      case 'fields':
        if (part.dialect === 'es') fields = mergeFields(fields, part.fields)
        break
      default:
        messages.push({ kind: part.kind, message: writeEsMessage(part, words => localize(words, turn.language)) })
    }
  }

  // "When this field is set, Dialogflow ignores the fulfillment_text, fulfillment_messages, and payload fields."
  if (followupEventInput !== undefined) {
    for (const part of new Set(messages.map(({ kind }) => kind))) {
      problems.push({ code: 'reply_ignored', part, because: 'event' })
    }
    messages.length = 0
  }
  const fulfillmentText = parts
    .flatMap(part => (part.kind === 'text' ? localize(part.text, turn.language) : []))
    .join('\n')
  const body = {
    // For clients that read nothing else; Dialogflow itself recommends the messages.
    ...(fulfillmentText !== '' && followupEventInput === undefined && { fulfillmentText }),
    ...(messages.length > 0 && { fulfillmentMessages: messages.map(({ message }) => message) }),
    ...(contexts.size > 0 && { outputContexts: [...contexts.values()] }),
    ...(followupEventInput && { followupEventInput }),
    ...beta,
  }
  return { body: mergeFields(body, fields), problems }
}

const withoutNulls = (parameters: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== null))

const isEmpty = (object: JsonObject): boolean => Object.keys(object).length === 0
