import type { JsonObject } from '../runtime/json.ts'
import { fail, ok, type Result } from '../runtime/result.ts'
import { writeCxMessage } from './cx-message.ts'
import { localize } from './localized.ts'
import type { EffectPart, ReplyPart } from './reply.ts'
import type { ReplyProblem } from './reply-problem.ts'
import type { Turn } from './turn.ts'
import { mergeFields, type WrittenResponse } from './written-response.ts'

type Transition = Extract<EffectPart, { kind: 'page' | 'flow' | 'end' }>

/**
 * Writes a CX v3 WebhookResponse.
 * https://cloud.google.com/dialogflow/cx/docs/reference/rpc/google.cloud.dialogflow.cx.v3#webhookresponse
 */
export function writeCx(parts: readonly ReplyPart[], turn: Turn): WrittenResponse {
  const problems: ReplyProblem[] = []
  const messages: JsonObject[] = []
  let parameters: JsonObject | undefined
  let transition: Transition | undefined
  let fields: JsonObject = {}

  for (const part of parts) {
    switch (part.kind) {
      case 'session_parameters':
        parameters = { ...parameters, ...part.parameters }
        break
      case 'live_agent':
        messages.push({ liveAgentHandoff: { metadata: part.metadata } })
        break
      case 'page':
      case 'flow':
      case 'end':
        if (transition !== undefined) {
          problems.push({ code: 'reply_ignored', part: transition.kind, because: part.kind })
        }
        transition = part
        break
      case 'context':
      case 'event':
        problems.push({ code: 'reply_unsupported', part: part.kind, version: turn.version })
        break
      case 'fields':
        if (part.dialect === 'cx') fields = mergeFields(fields, part.fields)
        break
      default:
        messages.push(writeCxMessage(part, words => localize(words, turn.language)))
    }
  }

  const target = transition && writeTransition(transition, turn)
  if (transition !== undefined && target?.ok === false) {
    problems.push({ code: 'reply_needs', part: transition.kind, missing: target.error })
  }
  const body = {
    ...(messages.length > 0 && { fulfillmentResponse: { messages } }),
    ...(parameters && { sessionInfo: { parameters } }),
    ...(target?.ok && target.value),
  }
  return { body: mergeFields(body, fields), problems }
}

/** The target, or what the request should have named for it. */
function writeTransition(transition: Transition, turn: Turn): Result<JsonObject, 'session' | 'page'> {
  if (transition.kind === 'flow') {
    if (isFullName(transition.flow)) return ok({ targetFlow: transition.flow })
    const { project, location, agent } = turn.session ?? {}
    if (agent === undefined) return fail('session')
    return ok({ targetFlow: `projects/${project}/locations/${location}/agents/${agent}/flows/${transition.flow}` })
  }
  // The page that ends a conversation, in every flow. `endInteraction` is a message for Dialogflow alone to send.
  const page = transition.kind === 'end' ? 'END_SESSION' : transition.page
  if (isFullName(page)) return ok({ targetPage: page })
  const [flow, current] = turn.page?.name?.split('/pages/') ?? []
  return current === undefined ? fail('page') : ok({ targetPage: `${flow}/pages/${page}` })
}

const isFullName = (name: string): boolean => name.startsWith('projects/')
