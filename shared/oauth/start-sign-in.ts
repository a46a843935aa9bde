import { createHash } from 'node:crypto'
import { fail, ok, type Result } from '../runtime/result.ts'
import type { AuthenticationService } from './authentication-service.ts'
import { writeBindingCookie } from './binding-cookie.ts'
import { rewrite } from './change-sign-in.ts'
import { isEndpointUrl } from './endpoint-url.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { hashed, randomValue } from './one-time.ts'
import { type ProviderFailure, ProviderFailureError } from './provider-failure.ts'
import { callbackUrl } from './public-url.ts'
import { pageOf, type SignInRefusal } from './sign-in-page.ts'
import type { SignIn } from './sign-in-record.ts'
import { findStartable } from './view-sign-in.ts'

export type StartedSignIn = {
  /** Where to send the browser, with 303 (See Other). */
  readonly authorizationUrl: string
  /** For `Set-Cookie`. */
  readonly setCookie: string
}

export type StartRequest = {
  readonly link: string
  /** What `readBindingCookie` found. A browser keeps its value, so that two sign-ins at once do not disturb each other. */
  readonly cookie: string | undefined
}

/**
 * `POST /link/{id}`: sends the browser to the provider, with a one-time state, a PKCE challenge (S256) and a nonce, and
 * binds the sign-in to this browser.
 */
export const startSignIn = async (
  parts: OAuthParts,
  { link, cookie = randomValue(256) }: StartRequest,
): Promise<Result<StartedSignIn, SignInRefusal>> => {
  const found = await findStartable(parts, link)
  if (!found.ok) return found
  const signIn = found.value
  const page = pageOf(signIn)
  const values = { state: randomValue(256), nonce: randomValue(256), codeVerifier: randomValue(256) }

  const url = await authorizationUrl(parts, signIn, values)
  if (!url.ok) {
    parts.log('ERROR', 'sign-in not started', { service: page.service, failure: url.error })
    return fail({ code: 'provider_failed', failure: url.error, page })
  }
  const { nonce, codeVerifier } = values
  const started = await rewrite(parts, signIn, {
    stored: { phase: 'started', state: hashed(values.state), cookie: hashed(cookie) },
    secrets: { ...signIn.secrets, nonce, codeVerifier },
  })
  if (started === undefined) return fail({ code: 'link_unknown', page })
  parts.log('INFO', 'sign-in started', { service: page.service })
  return ok({ authorizationUrl: url.value, setCookie: writeBindingCookie(cookie) })
}

type OneTimeValues = { readonly state: string; readonly nonce: string; readonly codeVerifier: string }

const authorizationUrl = async (
  parts: OAuthParts,
  { stored, secrets }: SignIn,
  values: OneTimeValues,
): Promise<Result<string, ProviderFailure>> => {
  const proof = {
    redirect_uri: callbackUrl(parts.baseUrl, stored.callback),
    state: values.state,
    // RFC 7636 §4.2
    code_challenge: createHash('sha256').update(values.codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
  }
  if (secrets.request !== undefined) {
    const { authorizationUrl, clientId, scopes, parameters } = secrets.request
    const url = new URL(authorizationUrl)
    const all = { ...parameters, response_type: 'code', client_id: clientId, scope: scopes.join(' '), ...proof }
    for (const [name, value] of Object.entries(all)) url.searchParams.set(name, value)
    return ok(url.href)
  }
  const service = parts.services.get(stored.callback)
  if (service === undefined) return fail({ code: 'service_settings', reason: 'the service is gone' })
  return parts.clients.call(service, async ({ library, configuration }) => {
    const { href } = library.buildAuthorizationUrl(configuration, {
      ...parametersOf(service, stored.reauthenticate),
      ...(service.scopes.includes('openid') && { nonce: values.nonce }),
      ...proof,
    })
    // It may come from a discovery document.
    if (isEndpointUrl(href, parts.emulation)) return href
    throw new ProviderFailureError({ code: 'provider_endpoint', reason: 'the authorization endpoint is not allowed' })
  })
}

const parametersOf = (service: AuthenticationService, reauthenticate: boolean): Record<string, string> => {
  const { provider, scopes, authorizationParameters } = service
  const usual = { ...provider.authorizationParameters?.(service), ...authorizationParameters }
  const forced = reauthenticate ? provider.reauthentication : {}
  // OpenID Connect Core §3.1.2.1: a list. Consent, where it is asked for, brings the refresh token.
  const prompts = new Set([usual.prompt, forced.prompt].flatMap(prompt => prompt?.split(' ') ?? []))
  return {
    ...usual,
    ...forced,
    ...(prompts.size > 0 && { prompt: [...prompts].join(' ') }),
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
  }
}
