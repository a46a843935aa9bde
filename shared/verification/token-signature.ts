import { verify } from 'node:crypto'
import type { UnverifiedToken } from './json-web-token.ts'
import type { KeySource } from './key-source.ts'
import { excerpt, type Rejection } from './rejection.ts'

const ALGORITHM = 'RS256'
const MAX_KID_LENGTH = 128

/**
 * RS256 and nothing else: no other algorithm, no key from the token, no extension (`crit`).
 * RFC 8725 §3.1, RFC 7515 §4.1.11.
 */
export const verifySignature = async (token: UnverifiedToken, keys: KeySource): Promise<Rejection | undefined> => {
  const { alg, kid, crit } = token.header
  if (alg !== ALGORITHM) {
    const observed = excerpt(typeof alg === 'string' ? alg : `(${typeof alg})`)
    return { code: 'token_algorithm', observed, expected: ALGORITHM }
  }
  if (crit !== undefined) return { code: 'token_malformed', reason: 'a critical extension (crit)' }
  if (typeof kid !== 'string' || kid.length > MAX_KID_LENGTH) {
    return { code: 'token_malformed', reason: 'no key id (kid)' }
  }

  const key = await keys.find(kid)
  if (!key.ok) return { code: 'keys_unavailable', reason: key.error }
  if (key.value === undefined) return { code: 'token_key_unknown', kid: excerpt(kid) }
  const genuine = verify('RSA-SHA256', Buffer.from(token.signingInput), key.value, token.signature)
  return genuine ? undefined : { code: 'token_signature' }
}
