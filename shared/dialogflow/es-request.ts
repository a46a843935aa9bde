import type { JsonObject } from '../runtime/json.ts'
import type { Fields } from './fields.ts'
import { parseSession } from './session.ts'
import type { Context, Turn, TurnInput } from './turn.ts'

/** The ES context whose parameters stand in for the session parameters that ES lacks. */
export const SESSION_CONTEXT = 'session'

/**
 * Reads an ES WebhookRequest, v2 or v2beta1.
 * https://cloud.google.com/dialogflow/es/docs/reference/rpc/google.cloud.dialogflow.v2beta1#webhookrequest
 */
export function readEsRequest(request: Fields, body: JsonObject): Turn {
  const result = request.message('queryResult')
  const intent = result.message('intent')
  const origin = request.message('originalDetectIntentRequest')
  const payload = origin.struct('payload')
  const responseId = request.string('responseId')
  const session = request.string('session')
  const intentName = intent.string('name')
  const input = readInput(result, request.has('queryResult'))
  const contexts = result.messages('outputContexts').map(readContext)
  return {
    dialect: 'es',
    version: request.has('alternativeQueryResults') || result.has('knowledgeAnswers') ? 'v2beta1' : 'v2',
    responseId,
    // With the session, no answer can reach another one; with the intent, a follow-up event is a call of its own.
    callKey: responseId && JSON.stringify(['es', session, responseId, intentName]),
    session: session === undefined ? undefined : parseSession(session),
    language: result.string('languageCode'),
    languageInfo: undefined,
    input,
    text: input !== undefined && 'text' in input ? input.text : '',
    intent: result.has('intent')
      ? {
          name: intentName,
          displayName: intent.string('displayName'),
          isFallback: intent.flag('isFallback'),
          confidence: result.number('intentDetectionConfidence'),
        }
      : undefined,
    action: result.string('action'),
    tag: undefined,
    parameters: result.struct('parameters'),
    originalParameters: {},
    sessionParameters: contexts.find(({ id }) => id === SESSION_CONTEXT)?.parameters ?? {},
    contexts,
    page: undefined,
    allRequiredParamsPresent: result.flag('allRequiredParamsPresent'),
    cancelsSlotFilling: result.flag('cancelsSlotFilling'),
    messages: result.structs('fulfillmentMessages'),
    fulfillmentText: result.string('fulfillmentText'),
    sentiment: readSentiment(result),
    alternativeQueryResults: request.structs('alternativeQueryResults'),
    knowledgeAnswers: result
      .message('knowledgeAnswers')
      .messages('answers')
      .map(answer => ({
        source: answer.string('source'),
        faqQuestion: answer.string('faqQuestion'),
        answer: answer.string('answer'),
        matchConfidenceLevel: answer.string('matchConfidenceLevel'),
        matchConfidence: answer.number('matchConfidence'),
      })),
    webhookSource: result.string('webhookSource'),
    webhookPayload: result.struct('webhookPayload'),
    diagnosticInfo: result.struct('diagnosticInfo'),
    // Some integrations name themselves inside their own payload only.
    source: origin.string('source') ?? (typeof payload.source === 'string' ? payload.source : undefined),
    sourceVersion: origin.string('version'),
    payload,
    body,
  }
}

/** Without `queryText` the turn is an event; a recognition confidence (0 stands for unset) betrays speech. */
function readInput(result: Fields, present: boolean): TurnInput | undefined {
  const text = result.string('queryText')
  const confidence = result.number('speechRecognitionConfidence')
  if (text === undefined) return present ? { kind: 'event', event: undefined } : undefined
  return confidence ? { kind: 'transcript', text, confidence } : { kind: 'text', text }
}

function readContext(context: Fields): Context {
  const name = context.string('name') ?? ''
  return {
    name,
    id: name.slice(name.lastIndexOf('/') + 1),
    lifespanCount: context.number('lifespanCount') ?? 0,
    parameters: context.struct('parameters'),
  }
}

function readSentiment(result: Fields): Turn['sentiment'] {
  const sentiment = result.message('sentimentAnalysisResult').message('queryTextSentiment')
  if (!sentiment.has('score') && !sentiment.has('magnitude')) return undefined
  return { score: sentiment.number('score') ?? 0, magnitude: sentiment.number('magnitude') ?? 0 }
}
