import * as z from 'zod/mini'
import type { BodyError } from '../../shared/dialogflow/body-error.ts'
import { parseBody } from '../../shared/dialogflow/parse-body.ts'
import { type Notification, notificationSchema } from '../../shared/identity/notification.ts'
import type { JsonObject } from '../../shared/runtime/json.ts'
import { fail, ok, type Result } from '../../shared/runtime/result.ts'

/** A notification as Pub/Sub delivers it. */
export type PublishedMessage = {
  readonly notification: Notification
  /** Pub/Sub's; for the log. */
  readonly messageId: string
  /** Milliseconds since the epoch. */
  readonly publishedAt: number
}

/** Why a body is no notification: paths and rules, none of its text. */
export type MessageError =
  | BodyError
  | {
      readonly code: 'message_malformed'
      readonly part: 'event' | 'envelope' | 'data'
      readonly problems: readonly string[]
    }

const EVENT_TYPE = 'google.cloud.pubsub.topic.v1.messagePublished'

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
const eventSchema = z.object({
  specversion: z.literal('1.0'),
  type: z.literal(EVENT_TYPE),
  data: z.custom<JsonObject>(value => typeof value === 'object' && value !== null),
})

/** RFC 3339 in UTC, to the nanosecond. */
const timestamp = z.string().check(
  z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/),
  z.refine(text => !Number.isNaN(Date.parse(text))),
)

/** https://cloud.google.com/pubsub/docs/push#receive_push; what else stands in it says nothing to us. */
const envelopeSchema = z.object({
  message: z.object({
    data: z.string().check(z.regex(/^[A-Za-z0-9+/]+={0,2}$/)),
    messageId: z.string().check(z.regex(/^[\w-]{1,128}$/)),
    publishTime: timestamp,
  }),
})

/**
 * Reads the body of a push: as Pub/Sub wraps it, or Eventarc's CloudEvent. A binary CloudEvent has the same body, and
 * its attributes as headers; a structured one has it as `data`.
 *
 * @param mediaType the Content-Type
 * @param eventType the header `ce-type`, where there is one
 */
export const parsePublishedMessage = (
  bytes: Buffer,
  { mediaType, eventType = EVENT_TYPE }: { readonly mediaType: string; readonly eventType: unknown },
): Result<PublishedMessage, MessageError> => {
  if (eventType !== EVENT_TYPE) return malformed('event', ['type'])
  const body = parseBody(bytes)
  if (!body.ok) return body
  const event = isStructured(mediaType) ? read('event', eventSchema, body.value) : ok({ data: body.value })
  if (!event.ok) return event
  const envelope = read('envelope', envelopeSchema, event.value.data)
  if (!envelope.ok) return envelope
  const { data, messageId, publishTime } = envelope.value.message
  const json = parseBody(Buffer.from(data, 'base64'))
  if (!json.ok) return malformed('data', [json.error.code])
  const notification = read('data', notificationSchema, json.value)
  if (!notification.ok) return notification
  return ok({ notification: notification.value, messageId, publishedAt: Date.parse(publishTime) })
}

const isStructured = (mediaType: string): boolean => /^application\/cloudevents\+json\s*(?:;|$)/i.test(mediaType)

type Part = Extract<MessageError, { code: 'message_malformed' }>['part']

const malformed = (part: Part, problems: readonly string[]) =>
  fail({ code: 'message_malformed', part, problems } as const)

const read = <Schema extends z.ZodMiniType>(part: Part, schema: Schema, value: unknown) => {
  const parsed = z.safeParse(schema, value)
  if (parsed.success) return ok(parsed.data)
  // Paths are the schema's own names: of a property too many only its parent is named.
  return malformed(part, [
    ...new Set(parsed.error.issues.map(({ path, code }) => `${path.join('.') || part}: ${code}`)),
  ])
}
