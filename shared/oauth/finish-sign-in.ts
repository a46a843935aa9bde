import type { JsonObject } from '../runtime/json.ts'
import { fail, ok, type Result } from '../runtime/result.ts'
import type { AuthenticationService } from './authentication-service.ts'
import type { Identity } from './grant.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { hasHash, hashed, randomValue } from './one-time.ts'
import { dispose } from './pending-revocation.ts'
import { errorCodeOf, type ProviderFailure } from './provider-failure.ts'
import { callbackUrl } from './public-url.ts'
import { createSignInCode } from './sign-in-code.ts'
import { pageOf, type SignInPage, type SignInRefusal } from './sign-in-page.ts'
import {
  AFTERMATH_MS,
  abandonTokens,
  CODE_MS,
  endSignIn,
  findByBrowser,
  rewrite,
  type SignIn,
  type SignInSecrets,
} from './sign-in-record.ts'
import { maskedAccountOf, profileOf, readClaims, subjectOf, type TokenResponse } from './subject.ts'
import { tokensOf } from './tokens.ts'

/** What the browser shows after the sign-in, this once. */
export type FinishedSignIn = {
  readonly page: SignInPage
  /** To be typed in the conversation. */
  readonly code: string
  /** Until when, in milliseconds since the epoch. */
  readonly codeUntil: number
  /** For "this wasn't me": the id of `disownSignIn`. */
  readonly id: string
  /** The account at the provider, masked; where the provider tells it. */
  readonly signedInAs?: string
}

export type CallbackRequest = {
  /** The last segment of the path. */
  readonly callback: string
  readonly query: URLSearchParams
  /** What `readBindingCookie` found. */
  readonly cookie: string | undefined
}

/**
 * `GET /callback/{service}`: the browser comes back from the provider. Takes the answer only from the browser that was
 * sent there, once, and only from the provider it was sent to. What the provider gives stays pending until the code is typed.
 */
export const finishSignIn = async (
  parts: OAuthParts,
  { callback, query, cookie }: CallbackRequest,
): Promise<Result<FinishedSignIn, SignInRefusal>> => {
  const refuse = (refusal: SignInRefusal) => {
    parts.log('WARNING', 'sign-in refused', { service: refusal.page?.service ?? 'unknown', code: refusal.code })
    return fail(refusal)
  }
  const [state, ...others] = query.getAll('state')
  if (state === undefined || others.length > 0) return refuse({ code: 'callback_unknown' })
  const started = await findByBrowser(parts, 'state', state)
  if (started?.stored.phase !== 'started') return refuse({ code: 'callback_unknown' })
  const page = pageOf(started)
  // Whoever does not have the cookie cannot use up the state either.
  if (cookie === undefined || !hasHash(cookie, started.stored.cookie ?? ''))
    return refuse({ code: 'other_browser', page })
  if (callback !== started.stored.callback) {
    await endSignIn(parts, started, 'failed', 'service_mixed_up')
    return refuse({ code: 'service_mixed_up', page })
  }
  const signIn = await rewrite(parts, started, { stored: { phase: 'finishing', state: null } })
  if (signIn === undefined) return refuse({ code: 'callback_unknown', page })

  const answer = await readAnswer(parts, signIn, query, state)
  if (!answer.ok) {
    const { code } = answer.error
    await endSignIn(parts, signIn, code === 'declined' ? 'declined' : 'failed', reasonOf(answer.error))
    return refuse({ ...answer.error, page })
  }
  return showCode(parts, signIn, answer.value)
}

/** What the sign-in has brought. */
type Answer = Pick<SignInSecrets, 'tokens' | 'identity' | 'profile' | 'authenticatedAt' | 'authorization'>

const readAnswer = async (
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

const reasonOf = (refusal: SignInRefusal): string => {
  if (refusal.code === 'provider_failed') return refusal.failure.code
  return refusal.code === 'user_unproven' ? refusal.reason : refusal.code
}

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

/** From now on the browser has done its part. */
const showCode = async (
  parts: OAuthParts,
  signIn: SignIn,
  answer: Answer,
): Promise<Result<FinishedSignIn, SignInRefusal>> => {
  const page = pageOf(signIn)
  const code = createSignInCode()
  const id = randomValue(128)
  const codeUntil = parts.clock() + CODE_MS
  const { interrupted, request, codeVerifier } = signIn.secrets
  const secrets: SignInSecrets = {
    ...answer,
    ...(interrupted !== undefined && { interrupted }),
    // Of an authorization request the handler gets the verifier; otherwise it has done its work.
    ...(request !== undefined && codeVerifier !== undefined && { codeVerifier }),
    code: hashed(code),
  }
  const shown = await rewrite(parts, signIn, {
    stored: { phase: 'code', link: hashed(id), codeUntil },
    secrets,
    expiresAt: codeUntil + AFTERMATH_MS,
  })
  if (shown === undefined) {
    await abandonTokens(parts, { ...signIn, secrets })
    return fail({ code: 'callback_unknown', page })
  }
  parts.log('INFO', 'sign-in waits for its code', { service: page.service })
  const signedInAs = maskedAccountOf(answer.profile ?? {})
  return ok({ page, code, codeUntil, id, ...(signedInAs !== undefined && { signedInAs }) })
}
