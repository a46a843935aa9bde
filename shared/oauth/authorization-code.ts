import { beginSignIn, type SignInRequest } from './begin-sign-in.ts'
import { ENDPOINT_URL_RULE, isEndpointUrl } from './endpoint-url.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { callbackUrl } from './public-url.ts'
import { type SignInOutcome, takeSignInOutcome } from './sign-in-outcome.ts'
import { findBySpeaker, signIns } from './sign-in-record.ts'
import type { Speaker } from './speaker.ts'
import { untilAborted } from './until-aborted.ts'

/** Whom to ask for an authorization code. */
export type AuthorizationRequest = {
  /** Distinguishes the handler's requests: lower-case letters, digits and hyphens. The redirect URI to register is `AUTH_BASE_URL/callback/~NAME`. */
  readonly name: string
  readonly authorizationUrl: string
  /** The provider's `iss`, where it says one (RFC 9207); then no other is accepted. */
  readonly issuer?: string
  readonly clientId: string
  readonly scopes: readonly string[]
  /** Further parameters of the request. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** All that the handler needs to exchange the code itself. It holds for a minute or so, and once. */
export type AuthorizationCode = {
  readonly outcome: 'code'
  readonly code: string
  readonly redirectUri: string
  /** RFC 7636: without it the code is worth nothing. */
  readonly codeVerifier: string
  readonly issuer?: string
}

export type AuthorizationCodeOutcome = AuthorizationCode | SignInOutcome

const NAME = /^[a-z][a-z0-9-]{0,39}$/

/**
 * The component *OAuth Account Link*: delivers an authorization code to the handler, which exchanges it itself. No
 * authentication service is involved; the way through the browser is the same.
 */
export const createAuthorizationCode =
  (parts: OAuthParts) =>
  async (
    request: AuthorizationRequest,
    turn: SignInRequest & { readonly signal: AbortSignal },
  ): Promise<AuthorizationCodeOutcome> => {
    const reason = invalid(request, parts.emulation)
    if (reason !== undefined) return { outcome: 'failed', failure: { code: 'request_invalid', reason } }
    const outcome = await untilAborted(turn.signal, obtain(parts, request, turn))
    return outcome ?? { outcome: 'failed', failure: { code: 'deadline' } }
  }

const invalid = ({ name, authorizationUrl }: AuthorizationRequest, emulation: boolean): string | undefined => {
  if (!NAME.test(name)) return 'name: expected lower-case letters, digits and hyphens'
  return isEndpointUrl(authorizationUrl, emulation) ? undefined : `authorizationUrl: expected ${ENDPOINT_URL_RULE}`
}

const obtain = async (
  parts: OAuthParts,
  { name, authorizationUrl, issuer, clientId, scopes, parameters = {} }: AuthorizationRequest,
  { speaker, shown, interrupted, isPrivate = true }: SignInRequest,
): Promise<AuthorizationCodeOutcome> => {
  if (!isPrivate) return { outcome: 'notPrivate' }
  // No service can have such a name.
  const callback = `~${name}`
  const delivered = await takeCode(parts, speaker, callback)
  if (delivered !== undefined) return delivered
  const pending = await takeSignInOutcome(parts, speaker, callback)
  if (pending !== undefined) return pending
  const offered = await beginSignIn(parts, {
    speaker,
    shown,
    ...(interrupted !== undefined && { interrupted }),
    callback,
    reauthenticate: false,
    request: {
      authorizationUrl,
      ...(issuer !== undefined && { issuer }),
      clientId,
      scopes: [...scopes],
      parameters: { ...parameters },
    },
  })
  return { outcome: 'signIn', ...offered }
}

const takeCode = async (
  parts: OAuthParts,
  speaker: Speaker,
  callback: string,
): Promise<AuthorizationCode | undefined> => {
  const signIn = await findBySpeaker(parts, speaker)
  if (signIn?.stored.phase !== 'delivered' || signIn.stored.callback !== callback) return undefined
  const { authorization, codeVerifier } = signIn.secrets
  if (authorization === undefined || codeVerifier === undefined) return undefined
  if (!(await parts.store.delete(signIns, signIn.record.key, signIn.record.version))) return undefined
  return { outcome: 'code', ...authorization, redirectUri: callbackUrl(parts.baseUrl, callback), codeVerifier }
}
