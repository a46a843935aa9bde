import { hash } from 'node:crypto'
import { fail, ok, type Result } from '../runtime/result.ts'
import { bearerToken } from './bearer-token.ts'
import type { CallerPolicy, Check } from './call.ts'
import { type ExpectedClaims, type ServiceAgent, verifyClaims } from './identity-token-claims.ts'
import { parseClaims, parseToken } from './json-web-token.ts'
import type { KeySource } from './key-source.ts'
import type { Rejection } from './rejection.ts'
import type { Remembered } from './remembered.ts'
import { refuseAlgorithm, verifySignature } from './token-signature.ts'

/** Who verifies the signature: we with Google's keys, or Cloud Run's invoker check before us. */
export type IdentityTokenPolicy = ExpectedClaims & {
  /** Tokens that passed, by SHA-256. */
  readonly remembered: Remembered<ServiceAgent>
} & ({ readonly mode: 'verify'; readonly keys: KeySource } | { readonly mode: 'platform' })

/** What Cloud Run's invoker check puts in the place of the signature that it has verified. */
const SIGNATURE_REMOVED = '.SIGNATURE_REMOVED_BY_GOOGLE'

/** Access tokens are opaque to us: Google's begin with `ya29.`, others have no three parts. */
const isOpaque = (token: string): boolean => token.startsWith('ya29.') || !hasThreeParts(token)

const hasThreeParts = (token: string): boolean => {
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  return first >= 0 && second > first && !token.includes('.', second + 1)
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
  const refused =
    policy.mode === 'verify' ? await verifySignature(parsed.value, policy.keys) : refuseAlgorithm(parsed.value)
  if (refused !== undefined) return fail(refused)
  const claims = parseClaims(parsed.value.payload)
  if (!claims.ok) return fail({ code: 'token_malformed', reason: claims.error })
  return verifyClaims(claims.value, policy, now)
}

/** The identity token of our own agent's service agent, for exactly one of our audiences. */
export const identityToken: Check<CallerPolicy> = async ({ headers }, { token: policy, clock }) => {
  const token = bearerToken(headers)
  if (!token.ok) return token
  // Where this header is, Cloud Run's invoker check has looked at it and not at the other.
  if (policy.mode === 'platform' && headers.all('X-Serverless-Authorization').length > 0) {
    return fail({ code: 'token_duplicated' })
  }

  const key = hash('sha256', token.value, 'base64')
  const known = policy.remembered.get(key)
  if (known !== undefined) return ok({ serviceAgent: known })

  const verified = await verifyToken(token.value, policy, clock())
  if (!verified.ok) return verified
  policy.remembered.set(key, verified.value, verified.value.expiresAt)
  return ok({ serviceAgent: verified.value })
}
