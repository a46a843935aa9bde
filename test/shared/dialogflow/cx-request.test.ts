import { describe, expect, test } from 'vitest'
import { bodies, turnOf, turns } from './fixtures.ts'

const agent = 'projects/travel-desk/locations/global/agents/a1'

describe('a CX v3 request', () => {
  test('is read field by field', () => {
    expect(turns.cxV3).toEqual({
      dialect: 'cx',
      version: 'v3',
      responseId: 'c4a6d5e8-2f13-4f7e-8b60-0a9e7d6c5b41',
      callKey: JSON.stringify([
        'cx',
        `${agent}/environments/e1/sessions/s1`,
        'c4a6d5e8-2f13-4f7e-8b60-0a9e7d6c5b41',
        'check-table',
        `${agent}/flows/f1/pages/p1`,
      ]),
      session: {
        name: `${agent}/environments/e1/sessions/s1`,
        project: 'travel-desk',
        location: 'global',
        agent: 'a1',
        environment: 'e1',
        user: undefined,
        id: 's1',
      },
      language: 'en-GB',
      languageInfo: { inputLanguageCode: 'en', resolvedLanguageCode: 'en-GB', confidenceScore: 0.9375 },
      input: { kind: 'text', text: 'four people please' },
      text: 'four people please',
      intent: { name: `${agent}/intents/i1`, displayName: 'party.size', isFallback: false, confidence: 0.75 },
      action: undefined,
      tag: 'check-table',
      parameters: { guests: 4, seating: { area: 'terrace' } },
      originalParameters: { guests: 'four', seating: 'outside' },
      sessionParameters: { guests: 4, token: 'opaque' },
      contexts: [],
      page: {
        name: `${agent}/flows/f1/pages/p1`,
        displayName: 'Booking',
        form: [
          { displayName: 'guests', required: true, state: 'FILLED', value: 4, justCollected: true },
          { displayName: 'when', required: false, state: 'EMPTY', value: undefined, justCollected: false },
        ],
      },
      allRequiredParamsPresent: false,
      cancelsSlotFilling: false,
      messages: bodies.cxV3.messages,
      fulfillmentText: undefined,
      sentiment: { score: 0.5, magnitude: 0.75 },
      alternativeQueryResults: [],
      knowledgeAnswers: [],
      webhookSource: undefined,
      webhookPayload: {},
      diagnosticInfo: {},
      source: undefined,
      sourceVersion: undefined,
      payload: { telephony: { caller_id: '+15555550100' } },
      body: bodies.cxV3,
    })
  })

  test.each([
    [{ text: 'Hi' }, { kind: 'text', text: 'Hi' }, 'Hi'],
    [{ transcript: 'Hi' }, { kind: 'transcript', text: 'Hi', confidence: undefined }, 'Hi'],
    [{ triggerEvent: 'WELCOME' }, { kind: 'event', event: 'WELCOME' }, ''],
    [{ triggerIntent: `${agent}/intents/i1` }, { kind: 'intent', intent: `${agent}/intents/i1` }, ''],
    [{ dtmfDigits: '42#' }, { kind: 'dtmf', digits: '42#' }, ''],
    [{ text: '' }, undefined, ''],
  ])('was set off by %j', (query, input, text) => {
    expect(turnOf({ fulfillmentInfo: { tag: 't' }, ...query })).toMatchObject({ input, text })
  })

  test('has no parts that the body lacks', () => {
    expect(turnOf({ fulfillmentInfo: {} })).toMatchObject({
      callKey: undefined,
      tag: undefined,
      input: undefined,
      intent: undefined,
      session: undefined,
      page: undefined,
      sentiment: undefined,
      languageInfo: undefined,
      parameters: {},
      sessionParameters: {},
    })
  })

  test('keeps a parameter that was not resolved, and one named like a prototype, as plain values', () => {
    const body = JSON.parse('{"intentInfo":{"parameters":{"a":{"originalValue":"x"},"__proto__":{"resolvedValue":1}}}}')
    const { parameters, originalParameters } = turnOf(body)
    expect(Object.entries(parameters)).toEqual([
      ['a', null],
      ['__proto__', 1],
    ])
    expect(Object.entries(originalParameters)).toEqual([
      ['a', 'x'],
      ['__proto__', ''],
    ])
  })
})

describe('the key of a CX call', () => {
  const body = (session: string, responseId: string, tag: string, page: string) => ({
    detectIntentResponseId: responseId,
    fulfillmentInfo: { tag },
    pageInfo: { currentPage: page },
    sessionInfo: { session },
  })

  test('is the same for a call and its retry', () => {
    expect(turnOf(body('s', 'r', 't', 'p')).callKey).toBe(turnOf(body('s', 'r', 't', 'p')).callKey)
  })

  test.each([
    ['another response', body('s', 'r2', 't', 'p')],
    ['another session', body('s2', 'r', 't', 'p')],
    ['another webhook of the same turn', body('s', 'r', 't2', 'p')],
    ['the same webhook on another page of the same turn', body('s', 'r', 't', 'p2')],
  ])('differs for %s', (_, other) => {
    expect(turnOf(other).callKey).not.toBe(turnOf(body('s', 'r', 't', 'p')).callKey)
  })
})
