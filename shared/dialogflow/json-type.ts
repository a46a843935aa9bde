import type { JsonObject, JsonValue } from '../runtime/json.ts'

export type JsonType = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object'

export const isJsonObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `Array.isArray` knows no readonly lists and would make an item an `any`. */
export const isJsonArray = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value)

/** The type as JSON names it. */
export function jsonType(value: JsonValue): JsonType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  const type = typeof value
  return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object'
}
