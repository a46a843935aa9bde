import { isUtf8 } from 'node:buffer'
import type { JsonObject } from '../runtime/json.ts'
import { fail, ok, type Result } from '../runtime/result.ts'

/** A token taken apart, nothing of it verified yet. */
export type UnverifiedToken = {
  readonly header: JsonObject
  /** What {@link parseClaims} reads, once the signature is known to be good. */
  readonly payload: Buffer
  /** Header and payload as they were signed. RFC 7515 §5.2. */
  readonly signingInput: string
  readonly signature: Buffer
}

/** RFC 7515 §2: base64url without padding, and only in its one canonical spelling. */
const decodeBase64url = (text: string): Buffer | undefined => {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const parseObject = (bytes: Buffer): JsonObject | undefined => {
  if (!isUtf8(bytes)) return undefined
  try {
    const value: unknown = JSON.parse(bytes.toString())
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Takes a compact JWS apart. RFC 7515 §7.1. The error is a reason without any of the input. */
export const parseToken = (token: string): Result<UnverifiedToken, string> => {
  const [first = '', second, third, ...more] = token.split('.', 4)
  if (second === undefined || third === undefined || more.length > 0) return fail('not three parts')
  const headerBytes = decodeBase64url(first)
  const header = headerBytes && parseObject(headerBytes)
  if (header === undefined) return fail('a header that is not a JSON object in base64url')
  const payload = decodeBase64url(second)
  if (payload === undefined) return fail('claims that are not base64url')
  const signature = decodeBase64url(third)
  if (signature === undefined) return fail('a signature that is not base64url')
  return ok({ header, payload, signingInput: token.slice(0, first.length + 1 + second.length), signature })
}

/** Reads a payload as a JWT Claims Set. RFC 7519 §7.2. */
export const parseClaims = (payload: Buffer): Result<JsonObject, string> => {
  const claims = parseObject(payload)
  return claims === undefined ? fail('claims that are not a JSON object') : ok(claims)
}
