import { describe, expect, test } from 'vitest'
import { parsePublishedMessage } from '../../../functions/notify/published-message.ts'
import { notificationOf, wrapped } from './served-notify.ts'

const PUBLISHED = 1_700_000_000_000
const TYPE = 'google.cloud.pubsub.topic.v1.messagePublished'
const JSON_TYPE = 'application/json; charset=utf-8'
const EVENT_TYPE = 'application/cloudevents+json; charset=utf-8'

const push = (data: unknown = notificationOf()) => wrapped(data, PUBLISHED)
const event = (changes: object = {}) => ({
  specversion: '1.0',
  type: TYPE,
  source: '//pubsub.googleapis.com/projects/example/topics/notifications',
  id: '2070443601311540',
  time: '2026-11-22T00:00:00.123Z',
  datacontenttype: 'application/json',
  data: push(),
  ...changes,
})

const parse = (body: unknown, mediaType = JSON_TYPE, eventType?: unknown) =>
  parsePublishedMessage(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)), { mediaType, eventType })

const expected = {
  ok: true,
  value: { notification: notificationOf(), messageId: '2070443601311540', publishedAt: PUBLISHED },
}

describe('a published message', () => {
  test.each([
    ['as Pub/Sub pushes it', push(), JSON_TYPE, undefined],
    ['as a binary CloudEvent', push(), 'application/json', TYPE],
    ['as a structured CloudEvent', event(), EVENT_TYPE, undefined],
    ['as one without a character set, in capitals', event(), 'Application/CloudEvents+JSON', undefined],
  ])('is read %s', (_, body, mediaType, eventType) => {
    expect(parse(body, mediaType, eventType)).toEqual(expected)
  })

  test.each([
    ['of another type', push(), JSON_TYPE, 'google.cloud.storage.object.v1.finalized', 'event'],
    ['of two types', push(), JSON_TYPE, `${TYPE}, ${TYPE}`, 'event'],
    ['of another type inside', event({ type: 'other' }), EVENT_TYPE, undefined, 'event'],
    ['of another version', event({ specversion: '0.3' }), EVENT_TYPE, undefined, 'event'],
    ['without data', event({ data: undefined }), EVENT_TYPE, undefined, 'event'],
    ['with data that is text', event({ data: JSON.stringify(push()) }), EVENT_TYPE, undefined, 'event'],
    ['that is no event', push(), EVENT_TYPE, undefined, 'event'],
    ['that is an event and does not say so', event(), JSON_TYPE, undefined, 'envelope'],
  ])('is refused as an event %s', (_, body, mediaType, eventType, part) => {
    expect(parse(body, mediaType, eventType)).toMatchObject({ ok: false, error: { code: 'message_malformed', part } })
  })

  const changed = (changes: object) => ({ ...push(), message: { ...push().message, ...changes } })

  test.each([
    ['no message', {}],
    ['a message that is text', { message: 'hello' }],
    ['no data', changed({ data: undefined })],
    ['empty data', changed({ data: '' })],
    ['data that is no base64', changed({ data: '{"user":{}}' })],
    ['data in base64url', changed({ data: 'eyJ1c2VyIjp-_w' })],
    ['no id', changed({ messageId: undefined })],
    ['an id that is a sentence', changed({ messageId: 'an id\nSEVERITY=INFO' })],
    ['no time', changed({ publishTime: undefined })],
    ['a time that is none', changed({ publishTime: '2026-13-45T99:00:00Z' })],
    ['a time of another form', changed({ publishTime: 'Sun, 22 Nov 2026 00:00:00 GMT' })],
  ])('is refused with %s', (_, body) => {
    expect(parse(body)).toMatchObject({ ok: false, error: { code: 'message_malformed', part: 'envelope' } })
  })

  test.each([
    ['text', 'hello'],
    ['a list', '[]'],
    ['bytes that are no UTF-8', Buffer.from([0xc3, 0x28]).toString('latin1')],
    ['a prototype', '{"__proto__":{"admin":true}}'],
    ['something else', '{"greeting":"hello"}'],
  ])('is refused with data that is %s', (_, data) => {
    expect(parse(push(data))).toMatchObject({ ok: false, error: { code: 'message_malformed', part: 'data' } })
  })

  test('is refused by the paths of what is wrong, and none of its text', () => {
    const secret = { user: { service: 'ada-secret' }, text: 7, link: 'http://ada-secret', dedupe: '', 'ada-secret': 1 }
    const parsed = parse(push(secret))
    expect(parsed).toMatchObject({
      error: {
        problems: expect.arrayContaining([
          expect.stringMatching(/^user/),
          expect.stringMatching(/^text:/),
          expect.stringMatching(/^link:/),
          expect.stringMatching(/^dedupe:/),
          expect.stringMatching(/^data:/),
        ]),
      },
    })
    expect(JSON.stringify(parsed)).not.toContain('secret')
  })
})
