import type { IncomingMessage, ServerResponse } from 'node:http'
import { notificationKey } from '../../shared/identity/notification.ts'
import { describeError } from '../../shared/runtime/describe-error.ts'
import type { Log } from '../../shared/runtime/log.ts'
import { readBody } from '../../shared/runtime/read-body.ts'
import { fail, type Result } from '../../shared/runtime/result.ts'
import { withTrace } from '../../shared/runtime/trace.ts'
import type { CallerPolicy } from '../../shared/verification/call.ts'
import { Headers } from '../../shared/verification/headers.ts'
import { verifyCaller } from '../../shared/verification/verify-caller.ts'
import { refuseCall, sendError } from '../refuse-call.ts'
import { sendJson } from '../send-json.ts'
import type { Deliver } from './deliver.ts'
import { entryOf } from './delivery-entry.ts'
import { type PublishedMessage, parsePublishedMessage } from './published-message.ts'
import { noteOf, type Refusal } from './refusal.ts'

/** A notification of the largest size, and as many attributes as Pub/Sub allows. */
const MAX_BODY_BYTES = 256 * 1024
export const BODY_TIMEOUT_MS = 3000

export type Notify = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export type NotifyParts = {
  readonly policy: CallerPolicy
  readonly deliver: Deliver
  /** The project whose trace the log entries belong to, where known. */
  readonly traceProject: string | undefined
  readonly log: Log
}

/**
 * One push of Pub/Sub: verify → read → parse → deliver. 200 `{"outcome":"sent"}` when the message has been dealt with,
 * undelivered ones included: Pub/Sub forgets it. 503 when it is to come again; 400 when it is no notification.
 *
 * Registered as an HTTP function: one for CloudEvents is not shown the headers, and these say who calls.
 */
export const createNotify =
  ({ policy, deliver, traceProject, log: instanceLog }: NotifyParts): Notify =>
  async (request, response) => {
    const log = withTrace(instanceLog, request.headers, traceProject)
    const headers = new Headers(request.rawHeaders)
    const refuse = (refusal: Refusal) => refuseCall(refusal, noteOf(refusal), { response, log, close: true })
    try {
      const caller = await verifyCaller({ method: request.method ?? '', headers }, policy)
      if (!caller.ok) return refuse(caller.error)
      const message = await readMessage(request, headers)
      if (!message.ok) return refuse(message.error)

      const { notification, messageId, publishedAt } = message.value
      const delivery = await deliver(notification, publishedAt)
      log(...entryOf(delivery, { notification: notificationKey(notification), messageId }))
      if (delivery.outcome === 'later') sendError(response, 503, false)
      else sendJson(response, 200, JSON.stringify({ outcome: delivery.outcome }))
    } catch (error) {
      log('ERROR', 'call failed', { error: describeError(error) })
      if (!response.headersSent) sendError(response, 500, true)
    }
  }

const readMessage = async (request: IncomingMessage, headers: Headers): Promise<Result<PublishedMessage, Refusal>> => {
  const bytes = await readBody(request, { maxBytes: MAX_BODY_BYTES, timeoutMs: BODY_TIMEOUT_MS })
  if (!bytes.ok) {
    return bytes.error === 'too_large'
      ? fail({ code: 'body_too_large', limit: MAX_BODY_BYTES })
      : fail({ code: 'body_incomplete', reason: bytes.error })
  }
  const [mediaType = ''] = headers.all('Content-Type')
  return parsePublishedMessage(bytes.value, { mediaType, eventType: request.headers['ce-type'] })
}
