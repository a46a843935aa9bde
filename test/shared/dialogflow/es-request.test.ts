import { describe, expect, test } from 'vitest'
import { bodies, turnOf, turns } from './fixtures.ts'

const session = 'projects/travel-desk/locations/europe-west1/agent/environments/production/users/u-17/sessions/3c1f'

describe('an ES v2 request', () => {
  test('is read field by field', () => {
    expect(turns.esV2).toEqual({
      dialect: 'es',
      version: 'v2',
      responseId: '8d9b2c9a-1f60-4b8e-a3f1-5f2f4f9d0c11-9b4c1d2e',
      callKey: JSON.stringify([
        'es',
        session,
        '8d9b2c9a-1f60-4b8e-a3f1-5f2f4f9d0c11-9b4c1d2e',
        'projects/travel-desk/locations/europe-west1/agent/intents/77aa',
      ]),
      session: {
        name: session,
        project: 'travel-desk',
        location: 'europe-west1',
        agent: undefined,
        environment: 'production',
        user: 'u-17',
        id: '3c1f',
      },
      language: 'fr-CA',
      languageInfo: undefined,
      input: { kind: 'transcript', text: 'a table for four in Lyon', confidence: 0.875 },
      text: 'a table for four in Lyon',
      intent: {
        name: 'projects/travel-desk/locations/europe-west1/agent/intents/77aa',
        displayName: 'Book a table',
        isFallback: true,
        confidence: 0.75,
      },
      action: 'table.book',
      tag: undefined,
      parameters: { guests: 4, city: 'Lyon', when: { startTime: '19:00' }, tags: ['terrace'], note: null },
      originalParameters: {},
      sessionParameters: { token: 'opaque' },
      contexts: [
        {
          name: `${session}/contexts/booking`,
          id: 'booking',
          lifespanCount: 5,
          parameters: { guests: 4, 'guests.original': 'four' },
        },
        { name: `${session}/contexts/session`, id: 'session', lifespanCount: 98, parameters: { token: 'opaque' } },
        {
          name: `${session}/contexts/__system_counters__`,
          id: '__system_counters__',
          lifespanCount: 0,
          parameters: {},
        },
      ],
      page: undefined,
      allRequiredParamsPresent: true,
      cancelsSlotFilling: true,
      messages: bodies.esV2.queryResult.fulfillmentMessages,
      fulfillmentText: 'Booked.',
      sentiment: { score: -0.5, magnitude: 1.5 },
      alternativeQueryResults: [],
      knowledgeAnswers: [],
      webhookSource: 'bookings',
      webhookPayload: { slack: { text: 'Booked.' } },
      diagnosticInfo: { webhook_latency_ms: 89 },
      source: 'slack',
      sourceVersion: '2',
      payload: { data: { event: { user: 'U017', channel: 'D42' } } },
      body: bodies.esV2,
    })
  })

  test('is text where no recognition confidence says that it was spoken', () => {
    expect(turns.esWelcome.input).toEqual({ kind: 'text', text: 'Hi' })
    const body = { queryResult: { queryText: 'Hi', speechRecognitionConfidence: 0 } }
    expect(turnOf(body).input).toEqual({ kind: 'text', text: 'Hi' })
  })

  test('is an event where there is no query text', () => {
    expect(turnOf({ queryResult: { queryText: '', action: 'a' } })).toMatchObject({
      input: { kind: 'event', event: undefined },
      text: '',
    })
  })

  test('has no parts that the body lacks', () => {
    expect(turnOf({ responseId: 'r' })).toMatchObject({
      callKey: '["es",null,"r",null]',
      input: undefined,
      intent: undefined,
      session: undefined,
      language: undefined,
      parameters: {},
      sessionParameters: {},
      contexts: [],
      sentiment: undefined,
    })
    expect(turnOf({ queryResult: {} }).callKey).toBeUndefined()
  })

  test.each([
    [{ source: 'slack', payload: { source: 'other' } }, 'slack'],
    [{ payload: { source: 'facebook' } }, 'facebook'],
    [{ payload: { source: { name: 'own' } } }, undefined],
    [{}, undefined],
  ])('comes through the integration that %j names', (originalDetectIntentRequest, source) => {
    expect(turnOf({ originalDetectIntentRequest }).source).toBe(source)
  })

  test('keeps what it does not know in the body', () => {
    expect(turns.esV2.body).toMatchObject({ queryResult: { fieldOfNextYear: { kept: true } } })
  })
})

describe('the key of an ES call', () => {
  const body = (session: string, responseId: string, intent: string) => ({
    session,
    responseId,
    queryResult: { intent: { name: intent } },
  })

  test('is the same for a call and its retry', () => {
    expect(turnOf(body('s', 'r', 'i')).callKey).toBe(turnOf(body('s', 'r', 'i')).callKey)
  })

  test.each([
    ['another response', body('s', 'r2', 'i')],
    ['another session', body('s2', 'r', 'i')],
    ['the intent of a follow-up event', body('s', 'r', 'i2')],
    ['parts cut differently', body('s","r', '', 'i')],
  ])('differs for %s', (_, other) => {
    expect(turnOf(other).callKey).not.toBe(turnOf(body('s', 'r', 'i')).callKey)
  })
})

describe('an ES v2beta1 request', () => {
  test('is told by the fields that v2 lacks', () => {
    expect(turns.esV2beta1.version).toBe('v2beta1')
    expect(turnOf({ queryResult: {}, alternativeQueryResults: [] }).version).toBe('v2beta1')
    expect(turnOf({ queryResult: { knowledgeAnswers: {} } }).version).toBe('v2beta1')
  })

  test('brings alternative results and knowledge answers', () => {
    expect(turns.esV2beta1.alternativeQueryResults).toEqual(bodies.esV2beta1.alternativeQueryResults)
    expect(turns.esV2beta1.knowledgeAnswers).toEqual(bodies.esV2beta1.queryResult.knowledgeAnswers.answers)
  })
})
