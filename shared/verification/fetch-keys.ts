import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { type HttpFailure, httpGet } from '../runtime/http-get.ts'
import { fail, ok, type Result } from '../runtime/result.ts'
import type { FetchKeys, KeySet } from './key-source.ts'

/** Google's keys as a JWK Set. */
export const GOOGLE_CERTS_URL = 'https://www.googleapis.com/oauth2/v3/certs'

const TIMEOUT = 2000
const MAX_BYTES = 64 * 1024
const MAX_KEYS = 32
const MIN_MODULUS_BITS = 2048

const MINUTE = 60 * 1000
const DEFAULT_MAX_AGE = 5 * MINUTE
const MIN_MAX_AGE = MINUTE
const MAX_MAX_AGE = 24 * 60 * MINUTE

/** `max-age` less the `Age` already spent in caches (RFC 9111 §4.2), in milliseconds and within bounds. */
export const maxAgeOf = (headers: IncomingHttpHeaders): number => {
  const seconds = /(?:^|[\s,])max-age="?(\d{1,9})/i.exec(headers['cache-control'] ?? '')?.[1]
  if (seconds === undefined) return DEFAULT_MAX_AGE
  const age = Number(/^\d{1,9}$/.exec(headers.age ?? '')?.[0] ?? 0)
  return Math.min(Math.max((Number(seconds) - age) * 1000, MIN_MAX_AGE), MAX_MAX_AGE)
}

const isJwk = (value: unknown): value is JsonWebKey & { readonly kid: string } =>
  typeof value === 'object' && value !== null && 'kid' in value && typeof value.kid === 'string'

const importKey = (jwk: JsonWebKey): KeyObject | undefined => {
  const { kty, alg = 'RS256', use = 'sig', key_ops: operations = ['verify'] } = jwk
  const isForRs256 = kty === 'RSA' && alg === 'RS256' && use === 'sig'
  if (!isForRs256 || !Array.isArray(operations) || !operations.includes('verify')) return undefined
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_MODULUS_BITS ? key : undefined
  } catch {
    return undefined
  }
}

/** The RS256 keys of a JWK Set (RFC 7517 §5); others in it are passed over. */
export const parseKeySet = (text: string): Result<KeySet['keys'], string> => {
  let set: unknown
  try {
    set = JSON.parse(text)
  } catch {
    return fail('the answer is not JSON')
  }
  const members: unknown = typeof set === 'object' && set !== null && 'keys' in set ? set.keys : undefined
  if (!Array.isArray(members)) return fail('the answer is not a JWK Set')
  const keys = new Map<string, KeyObject>()
  for (const member of members.slice(0, MAX_KEYS)) {
    const key = isJwk(member) ? importKey(member) : undefined
    if (key !== undefined) keys.set(member.kid, key)
  }
  return keys.size > 0 ? ok(keys) : fail('the answer holds no RS256 key')
}

const reasons: Readonly<Record<HttpFailure, string>> = {
  no_connection: 'no connection',
  too_slow: `no answer within ${TIMEOUT} ms`,
  too_large: `an answer over ${MAX_BYTES} bytes`,
}

/** Fetches a JWK Set: no redirects, two seconds, 64 KB. */
export const fetchKeysFrom =
  (url: string): FetchKeys =>
  async () => {
    const answer = await httpGet(url, { timeoutMs: TIMEOUT, maxBytes: MAX_BYTES })
    if (!answer.ok) return fail(reasons[answer.error])
    const { status, headers, body } = answer.value
    if (status !== 200) return fail(`HTTP status ${status}`)
    const keys = parseKeySet(body.toString('utf8'))
    return keys.ok ? ok({ keys: keys.value, maxAge: maxAgeOf(headers) }) : keys
  }
