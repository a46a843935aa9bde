import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import type { JsonObject } from '../runtime/json.ts'
import { fail, ok, type Result } from '../runtime/result.ts'
import { parseClaims, parseToken, type UnverifiedToken } from './json-web-token.ts'
import { excerpt } from './rejection.ts'

/** The user whom a session token proves: as a service's provider knows them, for good. */
export type ProvenUser = {
  readonly service: string
  readonly subject: string
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number
}

/** Why a session token proves nobody. */
export type SessionTokenRejection =
  | { readonly code: 'session_token_malformed'; readonly reason: string }
  | { readonly code: 'session_token_algorithm'; readonly observed: string }
  | { readonly code: 'session_token_key_unknown'; readonly kid: string }
  | { readonly code: 'session_token_signature' }
  | { readonly code: 'session_token_issuer'; readonly observed: string; readonly expected: string }
  | { readonly code: 'session_token_agent'; readonly observed: string; readonly expected: string }
  /** Of another session: overheard, or handed on. */
  | { readonly code: 'session_token_session' }
  | { readonly code: 'session_token_not_yet_valid'; readonly validFrom: string; readonly now: string }
  | { readonly code: 'session_token_expired'; readonly expiredAt: string; readonly now: string }

/** Where a session token has to come from, and where it has to be used. */
export type ExpectedSession = {
  /** Our own authentication server: `AUTH_BASE_URL`. */
  readonly issuer: string
  /** The agent of this turn, in the words in which the token was asked for. */
  readonly agent: string
  /** The session of this turn, likewise. */
  readonly session: string
  /** By key id. Several while they are rotated: what was signed with an old one holds until it expires. */
  readonly keys: ReadonlyMap<string, KeyObject>
}

/** RFC 8725 §3.11: no other token of ours, or of anybody's, can be taken for one. */
export const SESSION_TOKEN_TYPE = 'session+jwt'
const ALGORITHM = 'HS256'

const MAX_LENGTH = 2048
/** Allowed difference between two instances' clocks, in seconds. */
const SKEW = 60

/**
 * Checks a session token, which an application got for its user from our authentication server and handed to the agent as a
 * session parameter: signed by us, for this agent, for this very session, and still good.
 *
 * @param now milliseconds since the Unix epoch
 */
export const verifySessionToken = (
  token: string,
  expected: ExpectedSession,
  now: number,
): Result<ProvenUser, SessionTokenRejection> => {
  if (token.length > MAX_LENGTH) return malformed(`longer than ${MAX_LENGTH} characters`)
  const parsed = parseToken(token)
  if (!parsed.ok) return malformed(parsed.error)
  const forged = verifySignature(parsed.value, expected.keys)
  if (forged !== undefined) return fail(forged)
  const claims = parseClaims(parsed.value.payload)
  return claims.ok ? verifyClaims(claims.value, expected, now) : malformed(claims.error)
}

const malformed = (reason: string) => fail({ code: 'session_token_malformed', reason } as const)

/** HS256 and this type, nothing else: RFC 8725 §3.1. Issuer and verifier are ourselves, so one secret does. */
const verifySignature = (
  { header, signingInput, signature }: UnverifiedToken,
  keys: ExpectedSession['keys'],
): SessionTokenRejection | undefined => {
  const { alg, typ, kid, crit } = header
  if (alg !== ALGORITHM) return { code: 'session_token_algorithm', observed: shown(alg) }
  if (typ !== SESSION_TOKEN_TYPE || crit !== undefined || typeof kid !== 'string') {
    return { code: 'session_token_malformed', reason: 'not the header of a session token' }
  }
  const key = keys.get(kid)
  if (key === undefined) return { code: 'session_token_key_unknown', kid: excerpt(kid) }
  const genuine = createHmac('sha256', key).update(signingInput).digest()
  const matches = signature.length === genuine.length && timingSafeEqual(signature, genuine)
  return matches ? undefined : { code: 'session_token_signature' }
}

const verifyClaims = (
  claims: JsonObject,
  { issuer, agent, session }: ExpectedSession,
  now: number,
): Result<ProvenUser, SessionTokenRejection> => {
  const { iss, aud, sid, sub, service, iat, exp } = claims
  if (iss !== issuer) return fail({ code: 'session_token_issuer', observed: shown(iss), expected: issuer })
  if (aud !== agent) return fail({ code: 'session_token_agent', observed: shown(aud), expected: agent })
  if (sid !== session) return fail({ code: 'session_token_session' })
  if (typeof iat !== 'number' || typeof exp !== 'number' || typeof sub !== 'string' || typeof service !== 'string') {
    return malformed('iat, exp, sub or service of another type')
  }
  const seconds = Math.floor(now / 1000)
  if (seconds < iat - SKEW) {
    return fail({ code: 'session_token_not_yet_valid', validFrom: isoDate(iat), now: isoDate(seconds) })
  }
  if (seconds >= exp) return fail({ code: 'session_token_expired', expiredAt: isoDate(exp), now: isoDate(seconds) })
  return ok({ service, subject: sub, expiresAt: exp * 1000 })
}

const shown = (claim: unknown): string => (typeof claim === 'string' ? excerpt(claim) : `(${typeof claim})`)

const isoDate = (seconds: number): string =>
  new Date(Math.max(-8.64e12, Math.min(8.64e12, seconds)) * 1000).toISOString()
