import { describe, expect, test } from 'vitest'
import { intents } from '../../../../functions/webhook/intents/index.ts'
import { matchIntent } from '../../../../infra/local/dialogflow/agent.ts'
import { answerText } from '../../../../infra/local/dialogflow/answer-text.ts'
import { Conversation } from '../../../../infra/local/dialogflow/conversation.ts'
import { parseTurn } from '../../../../shared/dialogflow/parse-turn.ts'

test.each([
  ['Hi', 'Default Welcome Intent'],
  ['  bonjour !', 'Default Welcome Intent'],
  ['When are you open?', 'Opening Hours'],
  ['I want to book something', 'Book Appointment'],
  ['Hindsight', 'Default Fallback Intent'],
  ['', 'Default Fallback Intent'],
])('%j matches %s', (said, displayName) => {
  expect(matchIntent(said)).toMatchObject({ displayName, isFallback: displayName === 'Default Fallback Intent' })
})

test.each(['Hi', 'open', 'book', '?'])('what %j matches has the names that the webhook answers to', said => {
  const { displayName, action, tag } = matchIntent(said)
  const definition = intents.find(intent => intent.displayName === displayName)
  expect(definition).toMatchObject({ tag, ...(action === '' ? {} : { action }) })
})

test("in ES the body is the one of the reference's walk", () => {
  const session = 'projects/project-1/agent/sessions/'
  expect(new Conversation('es', 'project-1').request('Hi', matchIntent('Hi'))).toEqual({
    responseId: expect.stringMatching(/^[0-9a-f-]{36}-[0-9a-f]{8}$/),
    queryResult: {
      queryText: 'Hi',
      action: 'input.welcome',
      parameters: {},
      allRequiredParamsPresent: true,
      outputContexts: [
        {
          name: expect.stringMatching(new RegExp(`^${session}[0-9a-f-]{36}/contexts/__system_counters__$`)),
          parameters: { 'no-input': 0, 'no-match': 0 },
        },
      ],
      intent: {
        name: 'projects/project-1/agent/intents/399277d6-2ed7-4329-840d-8baa0f60480e',
        displayName: 'Default Welcome Intent',
      },
      intentDetectionConfidence: 1,
      languageCode: 'en',
      sentimentAnalysisResult: { queryTextSentiment: { score: 0.2, magnitude: 0.2 } },
    },
    originalDetectIntentRequest: { source: 'DIALOGFLOW_CONSOLE', payload: {} },
    session: expect.stringContaining(session),
  })
})

test.each(['es', 'cx'] as const)('in %s the parser reads what was said, in a session of documented form', dialect => {
  const turn = parseTurn(
    new Conversation(dialect, 'project-1', { languageCode: 'fr' }).request('Bonjour', matchIntent('Bonjour')),
  )
  expect(turn).toMatchObject({
    ok: true,
    value: {
      dialect,
      text: 'Bonjour',
      language: 'fr',
      session: { project: 'project-1' },
      intent: { displayName: 'Default Welcome Intent' },
    },
  })
})

describe('what the webhook changes', () => {
  test('in CX: session parameters are kept, replaced, and removed by null', () => {
    const conversation = new Conversation('cx', 'project-1')
    const parameters = () => conversation.request('', matchIntent('')).sessionInfo
    conversation.remember({ sessionInfo: { parameters: { kept: 1, replaced: 1, removed: 1 } } })
    conversation.remember({ sessionInfo: { parameters: { replaced: 2, removed: null } } })
    expect(parameters()).toMatchObject({ parameters: { kept: 1, replaced: 2 } })
    expect(parameters()).not.toHaveProperty('parameters.removed')
  })

  test('in ES: contexts live for their lifespan, and end when it is set to nothing', () => {
    const conversation = new Conversation('es', 'project-1')
    const contexts = () => JSON.stringify(conversation.request('', matchIntent('')))
    conversation.remember({
      outputContexts: [
        { name: 'short', lifespanCount: 1 },
        { name: 'long', lifespanCount: 3 },
      ],
    })
    expect(contexts()).toMatch(/"short".*"long"/)
    conversation.remember({})
    expect(contexts()).not.toContain('"short"')
    expect(contexts()).toContain('{"name":"long","lifespanCount":2}')
    conversation.remember({ outputContexts: [{ name: 'long', lifespanCount: 0 }] })
    expect(contexts()).not.toContain('"long"')
  })
})

describe('an answer as text', () => {
  test.each([
    ['es', { fulfillmentText: 'Hello' }, 'Hello'],
    ['es', { fulfillmentText: 'Hello', fulfillmentMessages: [{ text: { text: ['Hi', 'there'] } }] }, 'Hi\nthere'],
    ['es', { fulfillmentMessages: [{ quickReplies: { quickReplies: ['A', 'B'] } }] }, '[A] [B]'],
    [
      'es',
      { fulfillmentMessages: [{ card: { buttons: [{ text: 'A', postback: 'https://a.example' }] } }] },
      '[A] https://a.example',
    ],
    ['es', { fulfillmentMessages: [{ image: { imageUri: 'x' } }] }, '{"image":{"imageUri":"x"}}'],
    ['cx', { fulfillmentResponse: { messages: [{ text: { text: ['Hi'] } }] } }, 'Hi'],
    [
      'cx',
      {
        fulfillmentResponse: {
          messages: [{ payload: { richContent: [[{ type: 'chips', options: [{ text: 'A' }] }]] } }],
        },
      },
      '[A]',
    ],
    ['es', {}, ''],
    ['cx', {}, ''],
    ['cx', { fulfillmentResponse: { messages: 'none' } }, ''],
  ] as const)('%s %j', (dialect, response, text) => {
    expect(answerText(dialect, response)).toBe(text)
  })
})
