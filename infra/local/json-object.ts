import type { JsonObject, JsonValue } from '../../shared/runtime/json.ts'

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value if it is an object, else an empty one: for reading JSON that somebody else wrote. */
export const object = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {})

/** The objects in what may be a list. */
export const objects = (value: JsonValue | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.filter(isObject) : []

/** The object that a text holds, empty when it holds none. */
export const parseObject = (text: string): JsonObject => {
  try {
    return object(JSON.parse(text))
  } catch {
    return {}
  }
}
