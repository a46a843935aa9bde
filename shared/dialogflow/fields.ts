import type { JsonObject, JsonValue } from '../runtime/json.ts'
import type { BodyError } from './body-error.ts'
import { isJsonArray, isJsonObject, type JsonType, jsonType } from './json-type.ts'

const NOTHING: JsonObject = Object.freeze({})

/**
 * Reads the documented fields of one message in proto3 JSON: absent, `null` and the default are one and the same. The
 * first field of a wrong type is noted and read as absent, so that a reader is straight-line code and asks for `error`
 * once, at its end.
 */
export class Fields {
  readonly #message: JsonObject
  readonly #path: string
  readonly #noted: { error: BodyError | undefined }

  private constructor(message: JsonObject, path: string, noted: { error: BodyError | undefined }) {
    this.#message = message
    this.#path = path
    this.#noted = noted
  }

  static of(message: JsonObject): Fields {
    return new Fields(message, '', { error: undefined })
  }

  /** The first wrong type found in the whole body. */
  get error(): BodyError | undefined {
    return this.#noted.error
  }

  has(name: string): boolean {
    return this.#value(name) !== undefined
  }

  /** `undefined` for the empty string too: proto3 has no difference between the two. */
  string(name: string): string | undefined {
    const value = this.#value(name)
    if (typeof value === 'string') return value === '' ? undefined : value
    return this.#wrong(value, this.#at(name), 'string')
  }

  number(name: string): number | undefined {
    const value = this.#value(name)
    return typeof value === 'number' ? value : this.#wrong(value, this.#at(name), 'number')
  }

  flag(name: string): boolean {
    const value = this.#value(name)
    return typeof value === 'boolean' ? value : (this.#wrong(value, this.#at(name), 'boolean') ?? false)
  }

  /** A google.protobuf.Value: anything at all. */
  value(name: string): JsonValue | undefined {
    return this.#value(name)
  }

  /** A google.protobuf.Struct. Relays written in PHP turn an empty one into `[]`. */
  struct(name: string): JsonObject {
    const value = this.#value(name)
    if (isJsonObject(value)) return value
    if (isJsonArray(value) && value.length === 0) return NOTHING
    return this.#wrong(value, this.#at(name), 'object') ?? NOTHING
  }

  message(name: string): Fields {
    return new Fields(this.struct(name), this.#at(name), this.#noted)
  }

  messages(name: string): readonly Fields[] {
    const path = `${this.#at(name)}[]`
    return this.structs(name).map(message => new Fields(message, path, this.#noted))
  }

  structs(name: string): readonly JsonObject[] {
    const value = this.#value(name)
    if (!isJsonArray(value)) return this.#wrong(value, this.#at(name), 'array') ?? []
    const stray = value.find(item => !isJsonObject(item))
    this.#wrong(stray, `${this.#at(name)}[]`, 'object')
    return value.filter(isJsonObject)
  }

  /** map<string, message>. */
  map(name: string): readonly (readonly [string, Fields])[] {
    const path = `${this.#at(name)}.*`
    return Object.entries(this.struct(name)).flatMap(([key, value]) => {
      if (isJsonObject(value)) return [[key, new Fields(value, path, this.#noted)] as const]
      return this.#wrong(value, path, 'object') ?? []
    })
  }

  #value(name: string): JsonValue | undefined {
    return Object.hasOwn(this.#message, name) ? (this.#message[name] ?? undefined) : undefined
  }

  #at(name: string): string {
    return this.#path === '' ? name : `${this.#path}.${name}`
  }

  #wrong(value: JsonValue | undefined, path: string, expected: JsonType): undefined {
    if (value === undefined) return
    this.#noted.error ??= { code: 'body_wrong_type', path, expected, observed: jsonType(value) }
  }
}
