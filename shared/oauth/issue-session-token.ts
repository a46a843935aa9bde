import { createHmac } from 'node:crypto'
import type { JsonObject } from '../runtime/json.ts'
import { fail, ok, type Result } from '../runtime/result.ts'
import type { Keyring } from '../storage/keyring.ts'
import type { OAuthParts } from './oauth-parts.ts'
import type { ProviderFailure } from './provider-failure.ts'
import { subjectOf } from './subject.ts'
import type { VerifyIdToken } from './verify-id-token.ts'

export type SessionTokenRequest = {
  /** Name of the service at whose provider the application has signed its user in. */
  readonly service: string
  readonly idToken: string
  /** The agent and the session that the token is for: the same words as `verifySessionToken` is given. */
  readonly agent: string
  readonly session: string
}

export type SessionToken = {
  readonly token: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

export type SessionTokenRefusal =
  | { readonly code: 'service_unknown' }
  /** The service names no application (`sessionClientIds`) whose users may be given session tokens. */
  | { readonly code: 'service_closed' }
  | { readonly code: 'id_token_refused'; readonly reason: string }
  | ProviderFailure

/** A conversation. The application gets another one with a newer ID token. */
const LIFETIME_S = 60 * 60

/**
 * `POST /session`: exchanges a provider's ID token for a session token of our own, which holds for one session of one agent.
 * Whether the user of the application is in front of it (the nonce) is for the application to have checked.
 */
export const issueSessionToken = async (
  parts: OAuthParts,
  { verifyIdToken, sessionKeys }: { readonly verifyIdToken: VerifyIdToken; readonly sessionKeys: Keyring | undefined },
  { service: name, idToken, agent, session }: SessionTokenRequest,
): Promise<Result<SessionToken, SessionTokenRefusal>> => {
  const service = parts.services.get(name)
  if (service === undefined) return fail({ code: 'service_unknown' })
  if (sessionKeys === undefined) return fail({ code: 'service_settings', reason: 'no session keys' })
  if (service.sessionClientIds.length === 0) return fail({ code: 'service_closed' })
  const claims = await verifyIdToken(service, idToken)
  if (!claims.ok) return claims
  const subject = subjectOf(service, claims.value)
  if (subject === undefined) return fail({ code: 'id_token_refused', reason: 'no subject' })

  const iat = Math.floor(parts.clock() / 1000)
  const exp = iat + LIFETIME_S
  const token = sign(sessionKeys, {
    iss: parts.baseUrl,
    aud: agent,
    sid: session,
    sub: subject,
    service: name,
    iat,
    exp,
  })
  return ok({ token, expiresAt: exp * 1000 })
}

/** As `shared/verification/session-token.ts` wants it. */
const sign = ({ active, keys }: Keyring, claims: JsonObject): string => {
  const key = keys.get(active)
  if (key === undefined) throw new TypeError('the keyring has no active key')
  const input = [{ alg: 'HS256', typ: 'session+jwt', kid: active }, claims]
    .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${input}.${createHmac('sha256', key).update(input).digest('base64url')}`
}
