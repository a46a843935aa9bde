import assert from 'node:assert/strict'
import { parsePublishedMessage } from '../../../functions/notify/published-message.ts'
import { mutateJson } from '../mutate-json.ts'
import type { Mutator } from '../mutator.ts'
import type { FuzzTarget } from '../target.ts'

const notification = {
  user: { service: 'oci', subject: 'c7a1f0e2b9d4' },
  text: 'Your order is on its way.',
  link: 'https://orders.example/42',
  dedupe: 'order-42',
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')

const envelope = (data: object) => ({
  message: {
    data: base64(JSON.stringify(data)),
    messageId: '2070443601311540',
    publishTime: '2026-11-15T11:59:59.123Z',
  },
  subscription: 'projects/travel-desk/subscriptions/notify',
})

const event = { specversion: '1.0', type: 'google.cloud.pubsub.topic.v1.messagePublished', source: '//pubsub', id: '1' }

/** The application's own message, inside of what Pub/Sub has put around it. */
const mutateData: Mutator = (input, material) => {
  const text = input.toString()
  const [, data] = /"data":"([^"]*)"/.exec(text) ?? []
  if (data === undefined) return input
  const other = () => Buffer.from(JSON.stringify(notification))
  const changed = mutateJson(Buffer.from(data, 'base64'), { ...material, other })
  return Buffer.from(text.replace(data, changed.toString('base64')))
}

/** What may be sent to a user in our name. */
const assertNotification = ({ user, text, link, dedupe, ...others }: Record<string, unknown>) => {
  assert.deepEqual(others, {}, 'a notification with more than there is')
  for (const value of [text, dedupe, ...Object.values(Object(user))]) {
    assert.ok(typeof value === 'string' && value.trim() !== '' && value.length <= 4000, 'a text without bound')
  }
  if (link === undefined) return
  assert.match(String(link), /^https:\/\/[!#-;=?-~]{1,2000}$/, 'a link that is more than a link')
  assert.doesNotMatch(String(link), /^https:\/\/[^/?#]*@/, 'a link with somebody’s name for its host')
}

export const publishedMessage: FuzzTarget = {
  name: 'published-message',
  promise: 'a push becomes a notification within its bounds, or an error that repeats none of it',
  maxLength: 64 * 1024,
  seeds: () =>
    [
      envelope(notification),
      envelope({ user: { username: 'ada@example.com' }, text: 'Hello', dedupe: 'a' }),
      { ...event, data: envelope(notification) },
    ].map(body => Buffer.from(JSON.stringify(body))),
  mutators: [mutateJson, mutateData, mutateData],
  words: ['functions/notify/published-message.ts', 'shared/identity/notification.ts'],
  check(input) {
    const outcomes = ['application/json', 'application/cloudevents+json; charset=utf-8'].map(mediaType => {
      const published = parsePublishedMessage(input, { mediaType, eventType: undefined })
      if (published.ok) {
        const { notification, messageId, publishedAt } = published.value
        assertNotification(notification)
        assert.match(messageId, /^[\w-]{1,128}$/, 'an id that a log cannot hold')
        assert.ok(Number.isFinite(publishedAt), 'a message of no time')
        return 'user' in notification && Object.keys(notification.user).join()
      }
      const { error } = published
      assert.match(JSON.stringify(error), /^[\w{}":,.[\]* ]{1,600}$/, 'an error that repeats the input')
      return 'part' in error ? `${error.part} ${error.problems[0]}` : error.code
    })
    return outcomes.join(' ')
  },
}
