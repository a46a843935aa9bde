import type { JsonObject } from '../runtime/json.ts'
import { fail, ok, type Result } from '../runtime/result.ts'

/** A token taken apart, nothing of it verified yet. */
export type UnverifiedToken = {
  readonly header: JsonObject
  readonly claims: JsonObject
  /** Header and claims as they were signed. RFC 7515 §5.2. */
  readonly signingInput: string
  readonly signature: Buffer
}

const BASE64URL = /^[A-Za-z0-9_-]+$/

/** RFC 7515 §2: base64url without padding, and only in its one canonical spelling. */
const decodeBase64url = (text: string): Buffer | undefined => {
  if (!BASE64URL.test(text)) return undefined
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}

const decodeUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

const decodeObject = (text: string): JsonObject | undefined => {
  const bytes = decodeBase64url(text)
  if (bytes === undefined) return undefined
  try {
    const value: unknown = JSON.parse(decodeUtf8.decode(bytes))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Takes a compact JWS apart. RFC 7515 §7.1. The error is a reason without any of the input. */
export const parseToken = (token: string): Result<UnverifiedToken, string> => {
  const [first = '', second = '', third = '', ...more] = token.split('.', 4)
  if (more.length > 0) return fail('more than three parts')
  const header = decodeObject(first)
  if (header === undefined) return fail('a header that is not a JSON object in base64url')
  const claims = decodeObject(second)
  if (claims === undefined) return fail('claims that are not a JSON object in base64url')
  const signature = decodeBase64url(third)
  if (signature === undefined) return fail('a signature that is not base64url')
  return ok({ header, claims, signingInput: token.slice(0, first.length + 1 + second.length), signature })
}
