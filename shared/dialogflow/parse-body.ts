import { isUtf8 } from 'node:buffer'
import type { JsonObject, JsonValue } from '../runtime/json.ts'
import { fail, ok, type Result } from '../runtime/result.ts'
import type { BodyError } from './body-error.ts'
import { isJsonObject, jsonType } from './json-type.ts'

/** Levels of nesting accepted: protobuf's own default, so Dialogflow cannot be the author of anything deeper. */
export const MAX_DEPTH = 100

/**
 * Reads raw bytes, already bounded in number by the caller, as one JSON object. UTF-8 is strict. A byte order mark is
 * skipped, as RFC 8259 §8.1 allows: Dialogflow writes none, but editors put it into bodies sent by hand.
 */
export function parseBody(bytes: Buffer): Result<JsonObject, BodyError> {
  if (!isUtf8(bytes)) return fail({ code: 'body_not_json', reason: 'utf8' })
  if (isTooDeep(bytes)) return fail({ code: 'body_too_deep', limit: MAX_DEPTH })
  const text = bytes.toString('utf8')
  let value: JsonValue
  try {
    value = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text)
  } catch {
    return fail({ code: 'body_not_json', reason: 'syntax' })
  }
  if (!isJsonObject(value)) return fail({ code: 'body_not_object', observed: jsonType(value) })
  const key = MAY_HOLD_FORBIDDEN_KEY.test(text) ? forbiddenKey(value) : undefined
  return key === undefined ? ok(value) : fail({ code: 'body_forbidden_key', key })
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Looks at brackets outside of strings, before parsing: `JSON.parse` knows no limit, what recurses later does. */
function isTooDeep(bytes: Buffer): boolean {
  let depth = 0
  for (let at = 0; at < bytes.length; at++) {
    switch (bytes[at]) {
      case QUOTE:
        for (at++; at < bytes.length && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++
        break
      case 0x5b: // [
      case 0x7b: // {
        depth++
        if (depth > MAX_DEPTH) return true
        break
      case 0x5d: // ]
      case 0x7d: // }
        depth--
    }
  }
  return false
}

/** Spelled out, or with an escape that can stand for an ASCII letter or underscore. Text may say it; keys are looked at. */
const MAY_HOLD_FORBIDDEN_KEY = /proto|\\u00/

/**
 * A key that changes the prototype of what it is merged into: `__proto__`, or `constructor` with a `prototype` of its
 * own. Something merely called `constructor` or `prototype` is harmless.
 */
function forbiddenKey(node: JsonObject | readonly JsonValue[]): '__proto__' | 'constructor.prototype' | undefined {
  for (const [key, child] of Object.entries<JsonValue>(node)) {
    if (key === '__proto__') return '__proto__'
    if (typeof child !== 'object' || child === null) continue
    if (key === 'constructor' && Object.hasOwn(child, 'prototype')) return 'constructor.prototype'
    const found = forbiddenKey(child)
    if (found !== undefined) return found
  }
  return undefined
}
