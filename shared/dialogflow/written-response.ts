import type { JsonObject, JsonValue } from '../runtime/json.ts'
import { isJsonArray, isJsonObject } from './json-type.ts'
import type { ReplyProblem } from './reply-problem.ts'

/** A WebhookResponse, and what it could not carry. */
export type WrittenResponse = { readonly body: JsonObject; readonly problems: readonly ReplyProblem[] }

/** Adds fields to a response: messages merge by field, lists are joined, anything else is replaced. */
export function mergeFields(response: JsonObject, fields: JsonObject): JsonObject {
  const merged: [string, JsonValue][] = Object.entries(fields).map(([name, added]) => {
    const present = Object.hasOwn(response, name) ? response[name] : undefined
    if (isJsonArray(present) && isJsonArray(added)) return [name, [...present, ...added]]
    if (isJsonObject(present) && isJsonObject(added)) return [name, { ...present, ...added }]
    return [name, added]
  })
  return { ...response, ...Object.fromEntries(merged) }
}
