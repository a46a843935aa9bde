import type { Configuration, Context } from 'oidc-provider'
import type { SigningKey } from '../tokens/identity-token.ts'
import type { Account } from './identity-provider-accounts.ts'

/** What a client or a browser calls at a provider. */
export type Endpoint = 'authorization' | 'token' | 'revocation' | 'userinfo' | 'jwks' | 'discovery'

/** Where the emulation is reached instead: another origin, the same path. */
export type Relocate = (realUrl: string) => string

/** A token response, as JSON. */
export type TokenResponse = Record<string, unknown>

/** The value of `token_type` in token responses: RFC 6749 §5.1 demands it, openid-client accepts only Bearer and DPoP. */
export type TokenType = 'Bearer' | 'JWT' | 'missing'

/** What a persona may need to change a token response. */
export interface TokenExchange {
  /** Whether this was a refresh that left the refresh token as it was. */
  readonly keptRefreshToken: boolean
  /** Whose tokens they are; undefined for client credentials. */
  readonly account: Account | undefined
  readonly relocate: Relocate
  readonly signingKey: SigningKey
}

/** How one provider differs from oidc-provider as it comes. Another one is a file and a line in identity-provider-personas.ts. */
export interface PersonaDefinition {
  /** The provider's real URLs; `{tenant}` stands for a segment. What is left out answers 404. */
  readonly endpoints: Readonly<{ authorization: string; token: string } & Partial<Record<Endpoint, string>>>
  /** As it stands in metadata. */
  readonly issuer: (relocate: Relocate, tenant: string | undefined) => string
  /** The tenants that exist beside those of the accounts; undefined when there is no `{tenant}`. */
  readonly sharedTenants?: readonly string[]
  /** The methods of client authentication that are accepted, as registered with IANA. */
  readonly clientAuthentication: readonly string[]
  /** Members of the discovery document in the place of oidc-provider's; undefined leaves one out. */
  readonly metadata: Readonly<Record<string, unknown>>
  /** Whether `iss` is in authorization responses. RFC 9207. */
  readonly issuerInAuthorizationResponse: boolean
  /** Scopes besides openid, profile and email. */
  readonly scopes: readonly string[]
  /** Whether each refresh brings a new refresh token and ends the one before; undefined leaves it to oidc-provider. */
  readonly rotation: boolean | undefined
  readonly tokenType?: TokenType
  /** oidc-provider's own settings. */
  readonly configuration: Configuration
  /** Puts the provider's way of asking into oidc-provider's. */
  readonly translateAuthorization?: (parameters: URLSearchParams) => void
  /** Puts oidc-provider's answer into the provider's. */
  readonly translateToken?: (response: TokenResponse, exchange: TokenExchange) => void | Promise<void>
  readonly translateRevocation?: (context: Context) => void
}
