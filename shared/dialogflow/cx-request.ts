import type { JsonObject, JsonValue } from '../runtime/json.ts'
import type { Fields } from './fields.ts'
import { parseSession } from './session.ts'
import type { FormParameter, Page, Turn, TurnInput } from './turn.ts'

/**
 * Reads a CX v3 WebhookRequest.
 * https://cloud.google.com/dialogflow/cx/docs/reference/rpc/google.cloud.dialogflow.cx.v3#webhookrequest
 */
export function readCxRequest(request: Fields, body: JsonObject): Turn {
  const intent = request.message('intentInfo')
  const page = request.message('pageInfo')
  const sessionInfo = request.message('sessionInfo')
  const sentiment = request.message('sentimentAnalysisResult')
  const languageInfo = request.message('languageInfo')
  const responseId = request.string('detectIntentResponseId')
  const session = sessionInfo.string('session')
  const tag = request.message('fulfillmentInfo').string('tag')
  const currentPage = page.string('currentPage')
  const parameters = intent.map('parameters')
  const input = readInput(request)
  return {
    dialect: 'cx',
    version: 'v3',
    responseId,
    // One turn may call several webhooks, and the same one from several pages.
    callKey: responseId && JSON.stringify(['cx', session, responseId, tag, currentPage]),
    session: session === undefined ? undefined : parseSession(session),
    language: request.string('languageCode'),
    languageInfo: request.has('languageInfo')
      ? {
          inputLanguageCode: languageInfo.string('inputLanguageCode'),
          resolvedLanguageCode: languageInfo.string('resolvedLanguageCode'),
          confidenceScore: languageInfo.number('confidenceScore'),
        }
      : undefined,
    input,
    text: input !== undefined && 'text' in input ? input.text : '',
    intent: request.has('intentInfo')
      ? {
          name: intent.string('lastMatchedIntent'),
          displayName: intent.string('displayName'),
          isFallback: false,
          confidence: intent.number('confidence'),
        }
      : undefined,
    action: undefined,
    tag,
    parameters: readResolved(parameters),
    originalParameters: readOriginal(parameters),
    sessionParameters: sessionInfo.struct('parameters'),
    contexts: [],
    page: request.has('pageInfo') ? readPage(page, currentPage) : undefined,
    allRequiredParamsPresent: false,
    cancelsSlotFilling: false,
    messages: request.structs('messages'),
    fulfillmentText: undefined,
    sentiment: request.has('sentimentAnalysisResult')
      ? { score: sentiment.number('score') ?? 0, magnitude: sentiment.number('magnitude') ?? 0 }
      : undefined,
    alternativeQueryResults: [],
    knowledgeAnswers: [],
    webhookSource: undefined,
    webhookPayload: {},
    diagnosticInfo: {},
    source: undefined,
    sourceVersion: undefined,
    payload: request.struct('payload'),
    body,
  }
}

/** One of five fields (a oneof in the proto). */
function readInput(request: Fields): TurnInput | undefined {
  const text = request.string('text')
  const transcript = request.string('transcript')
  const event = request.string('triggerEvent')
  const intent = request.string('triggerIntent')
  const digits = request.string('dtmfDigits')
  if (text !== undefined) return { kind: 'text', text }
  if (transcript !== undefined) return { kind: 'transcript', text: transcript, confidence: undefined }
  if (event !== undefined) return { kind: 'event', event }
  if (intent !== undefined) return { kind: 'intent', intent }
  return digits === undefined ? undefined : { kind: 'dtmf', digits }
}

type Parameters = readonly (readonly [string, Fields])[]

function readResolved(parameters: Parameters): JsonObject {
  const resolved: [string, JsonValue][] = parameters.map(([name, value]) => [
    name,
    value.value('resolvedValue') ?? null,
  ])
  return Object.fromEntries(resolved)
}

function readOriginal(parameters: Parameters): Readonly<Record<string, string>> {
  return Object.fromEntries(parameters.map(([name, value]) => [name, value.string('originalValue') ?? '']))
}

function readPage(page: Fields, name: string | undefined): Page {
  const form = page.message('formInfo').messages('parameterInfo').map(readFormParameter)
  return { name, displayName: page.string('displayName'), form }
}

function readFormParameter(parameter: Fields): FormParameter {
  return {
    displayName: parameter.string('displayName'),
    required: parameter.flag('required'),
    state: parameter.string('state'),
    value: parameter.value('value'),
    justCollected: parameter.flag('justCollected'),
  }
}
