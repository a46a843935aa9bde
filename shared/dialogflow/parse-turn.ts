import type { JsonObject } from '../runtime/json.ts'
import { fail, ok, type Result } from '../runtime/result.ts'
import type { BodyError } from './body-error.ts'
import { readCxRequest } from './cx-request.ts'
import { readEsRequest } from './es-request.ts'
import { Fields } from './fields.ts'
import type { Turn } from './turn.ts'

/** Any one of these says which dialect a body is written in; the other dialect has no such field. */
const ES_FIELDS = ['queryResult', 'responseId', 'originalDetectIntentRequest']
const CX_FIELDS = ['fulfillmentInfo', 'detectIntentResponseId', 'sessionInfo', 'pageInfo', 'intentInfo']

/** Reads a WebhookRequest of either dialect. A partial one gives a Turn with parts missing. */
export function parseTurn(body: JsonObject): Result<Turn, BodyError> {
  const fields = Fields.of(body)
  const es = ES_FIELDS.some(name => fields.has(name))
  const cx = CX_FIELDS.some(name => fields.has(name))
  if (es === cx) return fail({ code: 'body_not_webhook_request', observed: es ? 'both' : 'neither' })
  const turn = es ? readEsRequest(fields, body) : readCxRequest(fields, body)
  return fields.error === undefined ? ok(turn) : fail(fields.error)
}
