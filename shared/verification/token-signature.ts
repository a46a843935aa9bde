import { createVerify } from 'node:crypto'
import type { UnverifiedToken } from './json-web-token.ts'
import type { KeySource } from './key-source.ts'
import { excerpt, type Rejection } from './rejection.ts'

const ALGORITHM = 'RS256'
const MAX_KID_LENGTH = 128

/** RS256 and nothing else. RFC 8725 §3.1. */
export const refuseAlgorithm = ({ header: { alg } }: UnverifiedToken): Rejection | undefined =>
  alg === ALGORITHM
    ? undefined
    : {
        code: 'token_algorithm',
        observed: excerpt(typeof alg === 'string' ? alg : `(${typeof alg})`),
        expected: ALGORITHM,
      }

/**
 * RS256 and nothing else: no other algorithm, no key from the token, no extension (`crit`).
 * RFC 8725 §3.1, RFC 7515 §4.1.11.
 */
export const verifySignature = async (token: UnverifiedToken, keys: KeySource): Promise<Rejection | undefined> => {
  const refused = refuseAlgorithm(token)
  if (refused !== undefined) return refused
  const { kid, crit } = token.header
  if (crit !== undefined) return { code: 'token_malformed', reason: 'a critical extension (crit)' }
  if (typeof kid !== 'string' || kid.length > MAX_KID_LENGTH) {
    return { code: 'token_malformed', reason: 'no key id (kid)' }
  }

  const key = await keys.find(kid)
  if (!key.ok) return { code: 'keys_unavailable', reason: key.error }
  if (key.value === undefined) return { code: 'token_key_unknown', kid: excerpt(kid) }
  const genuine = createVerify('RSA-SHA256').update(token.signingInput).verify(key.value, token.signature)
  return genuine ? undefined : { code: 'token_signature' }
}
