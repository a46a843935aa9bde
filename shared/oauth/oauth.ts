import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import type { Result } from '../runtime/result.ts'
import type { SecretReference } from '../runtime/secret.ts'
import type { Keyring } from '../storage/keyring.ts'
import type { Store } from '../storage/store.ts'
import type { AuthenticationServices } from './authentication-services.ts'
import {
  type AuthorizationCodeOutcome,
  type AuthorizationRequest,
  createAuthorizationCode,
} from './authorization-code.ts'
import type { SignInRequest } from './begin-sign-in.ts'
import { type CancelOutcome, cancelSignIn } from './cancel-sign-in.ts'
import { type ClientToken, createClientCredentials } from './client-credentials.ts'
import { type DisownRequest, disownSignIn } from './disown-sign-in.ts'
import { type CallbackRequest, type FinishedSignIn, finishSignIn } from './finish-sign-in.ts'
import {
  issueSessionToken,
  type SessionToken,
  type SessionTokenRefusal,
  type SessionTokenRequest,
} from './issue-session-token.ts'
import { type LinkedAccount, linkedAccounts, transferAccounts } from './linked-accounts.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { createProviderClients } from './provider-clients.ts'
import { type ProviderFetch, plainFetch } from './provider-fetch.ts'
import { type PurgeSummary, purgeExpired } from './purge-expired.ts'
import { createRefreshGrant } from './refresh-grant.ts'
import { type AccountOptions, type AccountOutcome, createRequireAccount } from './require-account.ts'
import { createResetTokens, type ResetOutcome } from './reset-tokens.ts'
import type { SignInPage, SignInRefusal } from './sign-in-page.ts'
import type { Speaker } from './speaker.ts'
import { type StartedSignIn, type StartRequest, startSignIn } from './start-sign-in.ts'
import { type CodeOutcome, submitCode } from './submit-code.ts'
import { createVerifyIdToken } from './verify-id-token.ts'
import { viewSignIn } from './view-sign-in.ts'

export type OAuthOptions = {
  readonly services: AuthenticationServices
  readonly store: Store
  readonly keyring: Keyring
  readonly clock: Clock
  readonly log: Log
  /** `AUTH_BASE_URL`. */
  readonly baseUrl: string
  /** `SESSION_KEYS`: sign session tokens. Only the function that issues them needs this. */
  readonly sessionKeys?: Keyring
  readonly resolveSecret: (reference: SecretReference) => Promise<Result<string, string>>
  /** Accepts loopback URLs. Never where `K_SERVICE` is set. */
  readonly emulation: boolean
  /** The way to providers; Node's own by default. */
  readonly fetch?: ProviderFetch
}

/** The four components, for one turn. A handler's context can have them as they are. */
export type TurnComponents = {
  /** *OAuth 2.0 Client* */
  clientCredentials(service: string, options?: { readonly rejected?: string }): Promise<ClientToken>
  /** *OAuth 2.0 Account Link* */
  requireAccount(service: string, options?: AccountOptions): Promise<AccountOutcome>
  /** *Reset OAuth 2.0 Tokens* */
  resetTokens(service: string): Promise<ResetOutcome>
  /** *OAuth Account Link* */
  authorizationCode(request: AuthorizationRequest): Promise<AuthorizationCodeOutcome>
}

export type TurnOfSpeaker = SignInRequest & {
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal
}

/** Everything that this room does for functions. */
export type OAuth = {
  forTurn(turn: TurnOfSpeaker): TurnComponents
  /** *OAuth 2.0 Client*, which is the same whoever speaks. */
  clientCredentials(
    service: string,
    request: { readonly rejected?: string; readonly signal: AbortSignal },
  ): Promise<ClientToken>

  /** For the conversation: looks at a message before any handler does. See `submit-code.ts`. */
  submitCode(speaker: Speaker, message: string): Promise<CodeOutcome>
  cancelSignIn(speaker: Speaker): Promise<CancelOutcome>

  /** For the browser: `GET /link/{id}`, `POST /link/{id}`, `GET /callback/{service}`, and "this wasn't me". */
  viewSignIn(link: string): Promise<Result<SignInPage, SignInRefusal>>
  startSignIn(request: StartRequest): Promise<Result<StartedSignIn, SignInRefusal>>
  finishSignIn(request: CallbackRequest): Promise<Result<FinishedSignIn, SignInRefusal>>
  disownSignIn(request: DisownRequest): Promise<Result<SignInPage, SignInRefusal>>

  /** `POST /session`. See `issue-session-token.ts`. */
  issueSessionToken(request: SessionTokenRequest): Promise<Result<SessionToken, SessionTokenRefusal>>

  /** For whoever keeps users: see `linked-accounts.ts` and `purge-expired.ts`. */
  linkedAccounts(user: string): Promise<readonly LinkedAccount[]>
  transferAccounts(from: string, to: string): Promise<void>
  resetTokens(service: string, request: { readonly user: string; readonly signal: AbortSignal }): Promise<ResetOutcome>
  purgeExpired(limit: number): Promise<PurgeSummary>
}

/** Made once an instance. Loads nothing until a provider is needed. */
export const createOAuth = ({ resolveSecret, sessionKeys, fetch = plainFetch, ...options }: OAuthOptions): OAuth => {
  const { clock, emulation } = options
  const clients = createProviderClients({ clock, emulation, resolveSecret, fetch })
  const parts: OAuthParts = { ...options, clients }
  const clientCredentials = createClientCredentials(parts)
  const requireAccount = createRequireAccount(parts, createRefreshGrant(parts))
  const resetTokens = createResetTokens(parts)
  const authorizationCode = createAuthorizationCode(parts)
  const verifyIdToken = createVerifyIdToken(parts)

  return {
    forTurn: (turn: TurnOfSpeaker): TurnComponents => ({
      clientCredentials: (service, more) => clientCredentials(service, { ...more, signal: turn.signal }),
      requireAccount: (service, more) => requireAccount(service, { ...turn, ...more }),
      resetTokens: service => resetTokens(service, { user: turn.speaker.user, signal: turn.signal }),
      authorizationCode: request => authorizationCode(request, turn),
    }),

    clientCredentials,
    submitCode: (speaker, message) => submitCode(parts, speaker, message),
    cancelSignIn: speaker => cancelSignIn(parts, speaker),
    viewSignIn: link => viewSignIn(parts, link),
    startSignIn: request => startSignIn(parts, request),
    finishSignIn: request => finishSignIn(parts, request),
    disownSignIn: request => disownSignIn(parts, request),
    issueSessionToken: request => issueSessionToken(parts, { verifyIdToken, sessionKeys }, request),
    linkedAccounts: user => linkedAccounts(parts.store, user),
    transferAccounts: (from, to) => transferAccounts(parts, from, to),
    resetTokens,
    purgeExpired: limit => purgeExpired(parts, limit),
  }
}
