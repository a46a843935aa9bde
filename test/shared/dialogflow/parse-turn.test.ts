import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isJsonArray, isJsonObject, jsonType } from '../../../shared/dialogflow/json-type.ts'
import { parseTurn } from '../../../shared/dialogflow/parse-turn.ts'
import type { JsonValue } from '../../../shared/runtime/json.ts'
import { bodies } from './fixtures.ts'

/** Every field that is read, its type, and a body in which it stands. */
const esFields = {
  session: 'string',
  responseId: 'string',
  queryResult: 'object',
  'queryResult.queryText': 'string',
  'queryResult.languageCode': 'string',
  'queryResult.speechRecognitionConfidence': 'number',
  'queryResult.action': 'string',
  'queryResult.parameters': 'object',
  'queryResult.allRequiredParamsPresent': 'boolean',
  'queryResult.cancelsSlotFilling': 'boolean',
  'queryResult.fulfillmentText': 'string',
  'queryResult.fulfillmentMessages': 'array',
  'queryResult.fulfillmentMessages[]': 'object',
  'queryResult.webhookSource': 'string',
  'queryResult.webhookPayload': 'object',
  'queryResult.outputContexts': 'array',
  'queryResult.outputContexts[]': 'object',
  'queryResult.outputContexts[].name': 'string',
  'queryResult.outputContexts[].lifespanCount': 'number',
  'queryResult.outputContexts[].parameters': 'object',
  'queryResult.intent': 'object',
  'queryResult.intent.name': 'string',
  'queryResult.intent.displayName': 'string',
  'queryResult.intent.isFallback': 'boolean',
  'queryResult.intentDetectionConfidence': 'number',
  'queryResult.diagnosticInfo': 'object',
  'queryResult.sentimentAnalysisResult': 'object',
  'queryResult.sentimentAnalysisResult.queryTextSentiment': 'object',
  'queryResult.sentimentAnalysisResult.queryTextSentiment.score': 'number',
  'queryResult.sentimentAnalysisResult.queryTextSentiment.magnitude': 'number',
  originalDetectIntentRequest: 'object',
  'originalDetectIntentRequest.source': 'string',
  'originalDetectIntentRequest.version': 'string',
  'originalDetectIntentRequest.payload': 'object',
}
const betaFields = {
  alternativeQueryResults: 'array',
  'alternativeQueryResults[]': 'object',
  'queryResult.knowledgeAnswers': 'object',
  'queryResult.knowledgeAnswers.answers': 'array',
  'queryResult.knowledgeAnswers.answers[]': 'object',
  'queryResult.knowledgeAnswers.answers[].source': 'string',
  'queryResult.knowledgeAnswers.answers[].faqQuestion': 'string',
  'queryResult.knowledgeAnswers.answers[].answer': 'string',
  'queryResult.knowledgeAnswers.answers[].matchConfidenceLevel': 'string',
  'queryResult.knowledgeAnswers.answers[].matchConfidence': 'number',
}
const cxFields = {
  detectIntentResponseId: 'string',
  text: 'string',
  transcript: 'string',
  triggerEvent: 'string',
  triggerIntent: 'string',
  dtmfDigits: 'string',
  languageCode: 'string',
  fulfillmentInfo: 'object',
  'fulfillmentInfo.tag': 'string',
  intentInfo: 'object',
  'intentInfo.lastMatchedIntent': 'string',
  'intentInfo.displayName': 'string',
  'intentInfo.parameters': 'object',
  'intentInfo.parameters.*': 'object',
  'intentInfo.parameters.*.originalValue': 'string',
  'intentInfo.confidence': 'number',
  pageInfo: 'object',
  'pageInfo.currentPage': 'string',
  'pageInfo.displayName': 'string',
  'pageInfo.formInfo': 'object',
  'pageInfo.formInfo.parameterInfo': 'array',
  'pageInfo.formInfo.parameterInfo[]': 'object',
  'pageInfo.formInfo.parameterInfo[].displayName': 'string',
  'pageInfo.formInfo.parameterInfo[].required': 'boolean',
  'pageInfo.formInfo.parameterInfo[].state': 'string',
  'pageInfo.formInfo.parameterInfo[].justCollected': 'boolean',
  sessionInfo: 'object',
  'sessionInfo.session': 'string',
  'sessionInfo.parameters': 'object',
  messages: 'array',
  'messages[]': 'object',
  payload: 'object',
  sentimentAnalysisResult: 'object',
  'sentimentAnalysisResult.score': 'number',
  'sentimentAnalysisResult.magnitude': 'number',
  languageInfo: 'object',
  'languageInfo.inputLanguageCode': 'string',
  'languageInfo.resolvedLanguageCode': 'string',
  'languageInfo.confidenceScore': 'number',
}
const fields = [
  ...Object.entries(esFields).map(([path, type]) => [path, type, bodies.esV2] as const),
  ...Object.entries(betaFields).map(([path, type]) => [path, type, bodies.esV2beta1] as const),
  ...Object.entries(cxFields).map(([path, type]) => [path, type, bodies.cxV3] as const),
]

const wrong: readonly JsonValue[] = ['MARKER', 12.5, true, ['MARKER'], { MARKER: 'MARKER' }]

/** A copy of the body in which the first value at `path` is another one. */
function put(body: JsonValue, path: string, value: JsonValue): JsonValue {
  const [, name, rest] = /^(\[\]|\*|[^.[]+)\.?(.*)$/.exec(path) ?? []
  if (name === undefined || rest === undefined) return value
  if (isJsonArray(body)) return body.map((item, index) => (index === 0 ? put(item, rest, value) : item))
  if (!isJsonObject(body)) return put({}, path, value)
  const object = Object.fromEntries(Object.entries(body))
  const key = name === '*' ? (Object.keys(object)[0] ?? 'any') : name
  return { ...object, [key]: put(object[key] ?? null, rest, value) }
}

const parse = (body: JsonValue) => parseTurn(isJsonObject(body) ? body : { notAnObject: body })

describe('parseTurn', () => {
  test.each(fields)('refuses %s when it is no %s', (path, expected, body) => {
    for (const value of wrong.filter(value => jsonType(value) !== expected)) {
      const error = { code: 'body_wrong_type', path, expected, observed: jsonType(value) }
      expect(parse(put(body, path, value))).toEqual({ ok: false, error })
    }
  })

  test.each(fields.filter(([path]) => !/[\]*]$/.test(path)))('reads %s: null as if it were absent', (path, _, body) => {
    expect(parse(put(body, path, null)).ok).toBe(true)
  })

  test.each(fields.filter(([, type]) => type === 'object'))('reads %s: {} as an empty %s', (path, _, body) => {
    expect(parse(put(body, path, {})).ok).toBe(true)
  })

  test('names the first of several wrong types', () => {
    const body = put(put(bodies.cxV3, 'messages', 1), 'sessionInfo.session', 2)
    expect(parse(body)).toMatchObject({ error: { path: 'sessionInfo.session' } })
  })

  test('reads an empty list in place of an empty object, as a relay in PHP writes it', () => {
    expect(parse(put(bodies.esV2, 'queryResult.parameters', []))).toMatchObject({ ok: true, value: { parameters: {} } })
  })

  test.each([
    ['an empty object', {}, 'neither'],
    ['a flexible CX webhook', { city: 'Lyon', guests: 4 }, 'neither'],
    ['a Dialogflow v1 request', { id: '1', result: { resolvedQuery: 'Hi' }, sessionId: '2' }, 'neither'],
    ['a null in every place', { queryResult: null, fulfillmentInfo: null }, 'neither'],
    ['ES and CX at once', { queryResult: {}, fulfillmentInfo: { tag: 'a' } }, 'both'],
    ['a field inherited', Object.create({ queryResult: {} }), 'neither'],
  ])('refuses %s as no webhook request', (_, body, observed) => {
    expect(parseTurn(body)).toEqual({ ok: false, error: { code: 'body_not_webhook_request', observed } })
  })

  test.each([
    [{ queryResult: {} }, 'es'],
    [{ responseId: 'r' }, 'es'],
    [{ originalDetectIntentRequest: {} }, 'es'],
    [{ fulfillmentInfo: {} }, 'cx'],
    [{ fulfillmentInfo: { tag: null } }, 'cx'],
    [{ detectIntentResponseId: 'r' }, 'cx'],
    [{ sessionInfo: { parameters: { a: 1 } } }, 'cx'],
    [{ pageInfo: { formInfo: { parameterInfo: [{ displayName: null, value: null }] } } }, 'cx'],
    [{ intentInfo: {} }, 'cx'],
  ])('makes a Turn of the partial body %j', (body, dialect) => {
    expect(parseTurn(body)).toMatchObject({ ok: true, value: { dialect, text: '', session: undefined, body } })
  })

  test('never throws and repeats nothing of the input, whatever stands where', () => {
    const field = fc.constantFrom(...fields)
    const value: fc.Arbitrary<JsonValue> = fc.oneof(
      fc.json().map((text): JsonValue => JSON.parse(text)),
      fc.constantFrom<JsonValue>('MARKER', ['MARKER'], { MARKER: ['MARKER'] }, 1e308, -0, [null], [[]]),
    )
    fc.assert(
      fc.property(field, fc.array(fc.tuple(field, value), { maxLength: 5 }), ([, , body], changes) => {
        const changed = changes.reduce<JsonValue>((into, [[path], value]) => put(into, path, value), body)
        const turn = parse(changed)
        expect(turn.ok ? '' : JSON.stringify(turn.error)).not.toContain('MARKER')
      }),
      { seed: 7, numRuns: 500 },
    )
  })
})
