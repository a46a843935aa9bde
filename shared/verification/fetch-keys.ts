import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
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
export const maxAgeOf = (headers: Headers): number => {
  const seconds = /(?:^|[\s,])max-age="?(\d{1,9})/i.exec(headers.get('cache-control') ?? '')?.[1]
  if (seconds === undefined) return DEFAULT_MAX_AGE
  const age = Number(/^\d{1,9}$/.exec(headers.get('age') ?? '')?.[0] ?? 0)
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

const readBounded = async (response: Response): Promise<string | undefined> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Fetches a JWK Set: no redirects, two seconds, 64 KB. */
export const fetchKeysFrom =
  (url: string): FetchKeys =>
  async () => {
    try {
      const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT) })
      if (response.status !== 200) {
        await response.body?.cancel()
        return fail(`HTTP status ${response.status}`)
      }
      const text = await readBounded(response)
      if (text === undefined) return fail(`an answer over ${MAX_BYTES} bytes`)
      const keys = parseKeySet(text)
      return keys.ok ? ok({ keys: keys.value, maxAge: maxAgeOf(response.headers) }) : keys
    } catch (error) {
      return fail(
        error instanceof Error && error.name === 'TimeoutError' ? `no answer within ${TIMEOUT} ms` : 'no connection',
      )
    }
  }
