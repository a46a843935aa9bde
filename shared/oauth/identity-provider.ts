import type { JsonObject } from '../runtime/json.ts'
import type { AuthenticationService, ClientAuthenticationMethod } from './authentication-service.ts'

/** Something a service's settings lack for its provider. */
export type MissingSetting = {
  /** The setting within the service. */
  readonly path: string
  readonly expected: string
}

/**
 * A kind of identity provider: its defaults, and the habits in which it differs from the specifications. To add one,
 * write such a file and put it into the list in `identity-providers.ts`.
 */
export type IdentityProvider = {
  readonly name: string
  /** Its discovery URL, where that is the same for everybody. */
  readonly discoveryUrl?: string
  /** Where a discovery URL, as an administrator gives it, really leads. */
  readonly discoveryUrlOf?: (url: string) => string
  /**
   * One issuer for each tenant, `{tenantid}` in the metadata standing for the tenant of the token.
   * https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens#validate-the-issuer
   */
  readonly multiTenant?: true
  readonly clientAuthentication: ClientAuthenticationMethod
  /** Sent along with every authorization request; what the service itself configures comes after. */
  readonly authorizationParameters?: (service: AuthenticationService) => Readonly<Record<string, string>>
  /** Makes it ask for the credentials of a user who is signed in already. */
  readonly reauthentication: Readonly<Record<string, string>>
  /** Sent along with every request that we make ourselves. */
  readonly requestHeaders?: (service: AuthenticationService) => Readonly<Record<string, string>>
  /** Its token responses may lack `token_type` or say `JWT`, and mean `Bearer`. */
  readonly bearerUnsaid?: true
  /** What identifies a user for good, from the claims of an ID token or of userinfo. `sub` where nothing is said. */
  readonly subject?: (claims: JsonObject) => string | undefined
  /** Tokens cannot be revoked by a request. */
  readonly irrevocable?: true
  /** The OAuth error with which it says that a token to be revoked was dead already. */
  readonly alreadyRevoked?: string
  readonly missingSettings?: (service: AuthenticationService) => readonly MissingSetting[]
}
