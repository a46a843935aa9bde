import type { JsonObject, JsonValue } from '../runtime/json.ts'
import { fail, ok, type Result } from '../runtime/result.ts'
import { excerpt, type Rejection } from './rejection.ts'

/** Whom a genuine identity token names. */
export type ServiceAgent = {
  /** The address of the agent's service agent. */
  readonly email: string
  readonly audience: string
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number
}

export type ExpectedClaims = {
  /** Exact strings; a token's audience has to equal one of them as a whole. Never empty. */
  readonly audiences: readonly string[]
  /** Exact addresses. Never empty. */
  readonly serviceAgents: readonly string[]
}

/** Both spellings that Google documents. */
const ISSUERS = ['https://accounts.google.com', 'accounts.google.com']
/** Allowed difference between Google's clock and ours, in seconds. */
const SKEW = 60
/** Google's identity tokens live for an hour. One that claims to live longer than a day was not made by Google. */
const MAX_LIFETIME = 24 * 60 * 60

/** A claim of the wrong type is evidence too, but only a string is shown. */
const shown = (claim: JsonValue | undefined): string =>
  typeof claim === 'string' ? excerpt(claim) : `(${typeof claim})`

const isoDate = (seconds: number): string =>
  new Date(Math.max(-8.64e12, Math.min(8.64e12, seconds)) * 1000).toISOString()

/** @returns when the token expires, in seconds since the Unix epoch */
const verifyTimes = ({ iat, exp, nbf = 0 }: JsonObject, now: number): Result<number, Rejection> => {
  if (typeof exp !== 'number' || typeof iat !== 'number' || typeof nbf !== 'number') {
    return fail({ code: 'token_malformed', reason: 'exp, iat or nbf is not a number' })
  }
  if (now >= exp + SKEW) return fail({ code: 'token_expired', expiredAt: isoDate(exp), now: isoDate(now) })
  const notBefore = Math.max(iat, nbf)
  if (now < notBefore - SKEW) {
    return fail({ code: 'token_not_yet_valid', validFrom: isoDate(notBefore), now: isoDate(now) })
  }
  if (exp - iat > MAX_LIFETIME) return fail({ code: 'token_lifetime', seconds: exp - iat, limit: MAX_LIFETIME })
  return ok(exp)
}

/**
 * Whether the claims are those of our own agent's identity token. Their signature is somebody else's business.
 *
 * @param now milliseconds since the Unix epoch
 */
export const verifyClaims = (
  claims: JsonObject,
  expected: ExpectedClaims,
  now: number,
): Result<ServiceAgent, Rejection> => {
  const { iss, aud, email, email_verified: emailVerified } = claims
  if (typeof iss !== 'string' || !ISSUERS.includes(iss)) {
    return fail({ code: 'token_issuer', observed: shown(iss), expected: ISSUERS })
  }
  const expiresAt = verifyTimes(claims, Math.floor(now / 1000))
  if (!expiresAt.ok) return expiresAt
  if (typeof aud !== 'string' || !expected.audiences.includes(aud)) {
    return fail({ code: 'token_audience', observed: shown(aud), expected: expected.audiences })
  }
  if (emailVerified !== true) return fail({ code: 'token_email_unverified', observed: shown(email) })
  if (typeof email !== 'string' || !expected.serviceAgents.includes(email)) {
    return fail({ code: 'token_service_agent', observed: shown(email), expected: expected.serviceAgents })
  }
  return ok({ email, audience: aud, expiresAt: expiresAt.value * 1000 })
}
