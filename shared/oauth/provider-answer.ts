import type { JsonObject } from '../runtime/json.ts'
import { fail, ok, type Result } from '../runtime/result.ts'
import type { AuthenticationService } from './authentication-service.ts'
import type { Identity } from './grant.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { dispose } from './pending-revocation.ts'
import { errorCodeOf, type ProviderFailure } from './provider-failure.ts'
import { callbackUrl } from './public-url.ts'
import type { SignInRefusal } from './sign-in-page.ts'
import type { SignIn, SignInSecrets } from './sign-in-record.ts'
import { profileOf, readClaims, subjectOf, type TokenResponse } from './subject.ts'
import { tokensOf } from './tokens.ts'

/** What a sign-in has brought. */
export type Answer = Pick<SignInSecrets, 'tokens' | 'identity' | 'profile' | 'authenticatedAt' | 'authorization'>

/** Reads what the browser brings back from the provider, and gets for it what the provider gives. */
export const readAnswer = async (
  parts: OAuthParts,
  signIn: SignIn,
  query: URLSearchParams,
  state: string,
): Promise<Result<Answer, SignInRefusal>> => {
  const { request } = signIn.secrets
  if (request !== undefined) return readAuthorizationCode(query, request.issuer)
  const service = parts.services.get(signIn.stored.callback)
  if (service === undefined) return refusedBy({ code: 'service_settings', reason: 'the service is gone' })
  const exchanged = await exchangeCode(parts, service, signIn, query, state)
  if (!exchanged.ok) return refusedBy(exchanged.error)
  const tokens = tokensOf(exchanged.value, parts.clock(), service)
  const read = await parts.clients.call(service, client => readClaims(client, service, exchanged.value))
  if (!read.ok) {
    await dispose(parts, service, tokens)
    return refusedBy(read.error)
  }
  const { claims, issuer } = read.value

  const subject = subjectOf(service, claims)
  const authenticatedAt = authenticationTime(parts, signIn, claims)
  const reason =
    subject === undefined ? 'no_subject' : authenticatedAt === undefined ? 'not_reauthenticated' : undefined
  if (subject === undefined || authenticatedAt === undefined || reason !== undefined) {
    await dispose(parts, service, tokens)
    return fail({ code: 'user_unproven', reason: reason ?? 'no_subject' })
  }
  const identity: Identity = { service: service.name, issuer, subject }
  return ok({ tokens, identity, profile: profileOf(claims), authenticatedAt })
}

const exchangeCode = (
  { clients, baseUrl }: OAuthParts,
  service: AuthenticationService,
  { secrets, stored }: SignIn,
  query: URLSearchParams,
  state: string,
): Promise<Result<TokenResponse, ProviderFailure>> =>
  clients.call(service, ({ library, configuration }) => {
    // The redirect URI is ours, whatever the proxies in between have made of the request: RFC 6749 §4.1.3 wants it equal.
    const url = new URL(callbackUrl(baseUrl, stored.callback))
    url.search = query.toString()
    const { nonce, codeVerifier } = secrets
    const isOpenId = service.scopes.includes('openid')
    const checks = {
      expectedState: state,
      ...(codeVerifier !== undefined && { pkceCodeVerifier: codeVerifier }),
      ...(isOpenId && nonce !== undefined && { expectedNonce: nonce, idTokenExpected: true }),
    }
    return library.authorizationCodeGrant(configuration, url, checks, service.tokenParameters)
  })

/** RFC 6749 §4.1.2, for a request that no service describes: its code is not exchanged here. */
const readAuthorizationCode = (
  query: URLSearchParams,
  expectedIssuer: string | undefined,
): Result<Answer, SignInRefusal> => {
  const [issuer = expectedIssuer, ...issuers] = query.getAll('iss')
  const [error] = query.getAll('error')
  const [code, ...codes] = query.getAll('code')
  if (issuers.length > 0 || (expectedIssuer !== undefined && issuer !== expectedIssuer)) {
    return refusedBy({ code: 'provider_answer', reason: 'unexpected "iss" (issuer) response parameter value' })
  }
  if (error !== undefined) return refusedBy({ code: 'provider_error', error: errorCodeOf(error) })
  if (code === undefined || codes.length > 0 || code.length > MAX_CODE_LENGTH) {
    return refusedBy({ code: 'provider_answer', reason: 'no authorization code' })
  }
  return ok({ authorization: { code, ...(issuer !== undefined && { issuer }) } })
}

const MAX_CODE_LENGTH = 4096

const refusedBy = (failure: ProviderFailure) =>
  failure.code === 'provider_error' && failure.error === 'access_denied'
    ? fail({ code: 'declined' } as const)
    : fail({ code: 'provider_failed', failure } as const)

/** Clocks of providers and ours may differ by this much. */
const SKEW_MS = 60_000

/**
 * When the user gave their credentials: as the provider says (`auth_time`), or now if it was asked to demand them and
 * says nothing; 0 if nobody knows. `undefined`: it did not demand them although it was asked to.
 */
const authenticationTime = (
  { clock }: OAuthParts,
  { stored }: SignIn,
  { auth_time: authTime }: JsonObject,
): number | undefined => {
  if (typeof authTime !== 'number') return stored.reauthenticate ? clock() : 0
  const isOld = authTime * 1000 < stored.startedAt - SKEW_MS
  return stored.reauthenticate && isOld ? undefined : authTime * 1000
}
