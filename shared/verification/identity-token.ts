import { hash, verify as verifySignature } from 'node:crypto'
import { fail, ok, type Result } from '../runtime/result.ts'
import { bearerToken } from './bearer-token.ts'
import type { Check } from './call.ts'
import { type ExpectedClaims, type ServiceAgent, verifyClaims } from './identity-token-claims.ts'
import { parseToken, type UnverifiedToken } from './json-web-token.ts'
import type { KeySource } from './key-source.ts'
import { excerpt, type Rejection } from './rejection.ts'
import type { Remembered } from './remembered.ts'

/** Who verifies the signature: we with Google's keys, or Cloud Run's invoker check before us. */
export type IdentityTokenPolicy = ExpectedClaims & {
  /** Tokens that passed, by SHA-256. */
  readonly remembered: Remembered<ServiceAgent>
} & ({ readonly mode: 'verify'; readonly keys: KeySource } | { readonly mode: 'platform' })

/** What Cloud Run's invoker check puts in the place of the signature that it has verified. */
const SIGNATURE_REMOVED = '.SIGNATURE_REMOVED_BY_GOOGLE'

const ALGORITHM = 'RS256'
const MAX_KID_LENGTH = 128

/** Access tokens are opaque to us: Google's begin with `ya29.`, others have no three parts. */
const isOpaque = (token: string): boolean => token.startsWith('ya29.') || token.split('.', 4).length !== 3

/** RS256 and nothing else: no other algorithm, no key from the token, no extension (`crit`). RFC 8725 §3.1, RFC 7515 §4.1.11. */
const verifyRs256 = async (token: UnverifiedToken, keys: KeySource): Promise<Rejection | undefined> => {
  const { alg, kid, crit } = token.header
  if (alg !== ALGORITHM) {
    return {
      code: 'token_algorithm',
      observed: excerpt(typeof alg === 'string' ? alg : typeof alg),
      expected: ALGORITHM,
    }
  }
  if (crit !== undefined) return { code: 'token_malformed', reason: 'a critical extension (crit)' }
  if (typeof kid !== 'string' || kid.length > MAX_KID_LENGTH)
    return { code: 'token_malformed', reason: 'no key id (kid)' }

  const key = await keys.find(kid)
  if (!key.ok) return { code: 'keys_unavailable', reason: key.error }
  if (key.value === undefined) return { code: 'token_key_unknown', kid: excerpt(kid) }
  const genuine = verifySignature('RSA-SHA256', Buffer.from(token.signingInput), key.value, token.signature)
  return genuine ? undefined : { code: 'token_signature' }
}

const verifyToken = async (
  token: string,
  policy: IdentityTokenPolicy,
  now: number,
): Promise<Result<ServiceAgent, Rejection>> => {
  if (isOpaque(token)) return fail({ code: 'token_opaque' })
  const removed = token.endsWith(SIGNATURE_REMOVED)
  if (removed && policy.mode === 'verify') return fail({ code: 'token_signature_removed' })
  // The platform removes every signature it has verified. One that is still there was verified by nobody.
  if (!removed && policy.mode === 'platform') return fail({ code: 'token_signature_present' })

  const parsed = parseToken(token)
  if (!parsed.ok) return fail({ code: 'token_malformed', reason: parsed.error })
  if (policy.mode === 'verify') {
    const refused = await verifyRs256(parsed.value, policy.keys)
    if (refused !== undefined) return fail(refused)
  }
  return verifyClaims(parsed.value.claims, policy, now)
}

/** The identity token of our own agent's service agent, for exactly one of our audiences. */
export const identityToken: Check = async ({ headers }, { token: policy, clock }) => {
  const token = bearerToken(headers)
  if (!token.ok) return token

  const key = hash('sha256', token.value, 'base64')
  const known = policy.remembered.get(key)
  if (known !== undefined) return ok({ serviceAgent: known })

  const verified = await verifyToken(token.value, policy, clock())
  if (!verified.ok) return verified
  policy.remembered.set(key, verified.value, verified.value.expiresAt)
  return ok({ serviceAgent: verified.value })
}
