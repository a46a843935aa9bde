import type { AssociationConsent } from './account-link.ts'
import type { AuthenticationService } from './authentication-service.ts'
import { beginSignIn, type OfferedSignIn, type SignInRequest } from './begin-sign-in.ts'
import { type ComponentFailure, serviceFor } from './component-failure.ts'
import { type Grant, grantKey, type Identity, readGrant } from './grant.ts'
import type { OAuthParts } from './oauth-parts.ts'
import type { RefreshGrant } from './refresh-grant.ts'
import { type SignInOutcome, takeSignInOutcome } from './sign-in-outcome.ts'
import { untilAborted } from './until-aborted.ts'

export type AccountToken = {
  readonly outcome: 'token'
  readonly accessToken: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
  /** What the user has granted, which may be less than was asked for. */
  readonly scopes: readonly string[]
  readonly identity: Identity
}

/** What a handler gets of the speaking user's account: a token, or what to say instead. */
export type AccountOutcome = AccountToken | SignInOutcome

export type AccountOptions = {
  /** Forced re-login: the user must have given their credentials within so many seconds (OpenID Connect's `max_age`). */
  readonly maxAgeSeconds?: number
  /** A token that its resource server has refused: it is refreshed, even if it has not expired. */
  readonly rejected?: string
  /** Instead of the service's own setting: see `account-link.ts`. Without effect where channel accounts are not linked. */
  readonly requiresAssociationConsent?: AssociationConsent
  /** After a sign-in, the provider's profile of the user (name, e-mail address) is put into this session parameter. */
  readonly userProfileParameter?: string
  /** @deprecated Without effect: `CHANNEL_ACCOUNT_LINKING` decides for the whole instance. */
  readonly associateWithUnifiedUser?: boolean
}

export type AccountRequest = SignInRequest &
  AccountOptions & {
    /** Aborted when nobody waits any more. */
    readonly signal: AbortSignal
  }

/**
 * The component *OAuth 2.0 Account Link*: a valid access token for the speaking user; or a sign-in begins, and the
 * interrupted turn can be replayed when it is done.
 */
export const createRequireAccount =
  (parts: OAuthParts, refreshGrant: RefreshGrant) =>
  async (name: string, request: AccountRequest): Promise<AccountOutcome> => {
    const found = serviceFor(parts, name, 'AUTHORIZATION_CODE')
    if (!found.ok) return logged(parts, name, found.error)
    if (request.associateWithUnifiedUser !== undefined) {
      parts.log('WARNING', 'associateWithUnifiedUser is deprecated and has no effect', {
        service: name,
        hint: 'Take it out. CHANNEL_ACCOUNT_LINKING switches linking on or off for the whole instance.',
      })
    }
    const outcome = await untilAborted(request.signal, findAccount(parts, refreshGrant, found.value, request))
    return outcome ?? logged(parts, name, { code: 'deadline' })
  }

const logged = (parts: OAuthParts, service: string, failure: ComponentFailure): AccountOutcome => {
  parts.log('ERROR', 'no account', { service, failure })
  return { outcome: 'failed', failure }
}

const findAccount = async (
  parts: OAuthParts,
  refreshGrant: RefreshGrant,
  service: AuthenticationService,
  request: AccountRequest,
): Promise<AccountOutcome> => {
  const token = await findToken(parts, refreshGrant, service, request)
  if (token !== undefined) return token
  const { speaker, shown, interrupted, maxAgeSeconds, isPrivate = true } = request
  const { requiresAssociationConsent: consent = service.requiresAssociationConsent, userProfileParameter } = request
  if (!isPrivate) return { outcome: 'notPrivate' }
  const pending = await takeSignInOutcome(parts, speaker, service.name)
  if (pending !== undefined) return pending
  const offered: OfferedSignIn = await beginSignIn(parts, {
    speaker,
    shown,
    ...(interrupted !== undefined && { interrupted }),
    callback: service.name,
    reauthenticate: maxAgeSeconds !== undefined,
    accountLink: { consent, ...(userProfileParameter !== undefined && { userProfileParameter }) },
  })
  return { outcome: 'signIn', ...offered }
}

/** `undefined` if the user has to sign in. */
const findToken = async (
  parts: OAuthParts,
  refreshGrant: RefreshGrant,
  service: AuthenticationService,
  { speaker, maxAgeSeconds = Number.POSITIVE_INFINITY, rejected }: AccountRequest,
): Promise<AccountOutcome | undefined> => {
  const grant = await readGrant(parts, service.name, speaker.user)
  if (grant === undefined) return undefined
  const now = parts.clock()
  if (now - grant.authenticatedAt > maxAgeSeconds * 1000) return undefined
  const isGood = grant.tokens.accessToken !== rejected && now < grant.tokens.expiresAt
  if (isGood && now < grant.tokens.staleAt) return tokenOf(grant)
  if (grant.tokens.refreshToken === undefined) return isGood ? tokenOf(grant) : undefined

  const refreshed = await refreshGrant(service, grantKey(service.name, speaker.user), grant.edition)
  if (refreshed.ok) return tokenOf(refreshed.value)
  if (refreshed.error.code === 'grant_gone') return undefined
  // The provider is away for a moment: the last minute of a token is still good.
  return isGood ? tokenOf(grant) : { outcome: 'failed', failure: refreshed.error }
}

const tokenOf = ({ tokens, service, issuer, subject }: Grant): AccountToken => ({
  outcome: 'token',
  accessToken: tokens.accessToken,
  expiresAt: tokens.expiresAt,
  scopes: tokens.scopes,
  identity: { service, issuer, subject },
})
