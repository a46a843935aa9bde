import type { Log } from '../../../shared/runtime/log.ts'
import type { Account } from './identity-provider-accounts.ts'
import type { BasicCredentials } from './identity-provider-client-authentication.ts'
import type { Lifetimes, RegisteredClient } from './identity-provider-configuration.ts'
import type { PersonaName } from './identity-provider-personas.ts'
import type { TokenType } from './persona-definition.ts'

export interface IdentityProviderOptions {
  readonly persona: PersonaName
  readonly clients: readonly RegisteredClient[]
  /** A free one by default. */
  readonly port?: number
  /** Who can sign in; three people of two organizations by default. */
  readonly accounts?: readonly Account[]
  /** Scopes beside those of the persona; what is in neither is left out of tokens. */
  readonly scopes?: readonly string[]
  readonly lifetimes?: Partial<Lifetimes>
  /**
   * Whether each refresh brings a new refresh token. The one before is then dead, and using it again kills the whole
   * grant. By the persona's habit by default.
   */
  readonly rotation?: boolean
  /** How Authorization headers of clients are read; `form-encoded` by default. */
  readonly basicCredentials?: BasicCredentials
  /** What token responses say; by the persona's habit by default. */
  readonly tokenType?: TokenType
  /** OAM: what the header `X-OAUTH-IDENTITY-DOMAIN-NAME` and the parameter `domain` have to be; anything by default. */
  readonly identityDomain?: string
  /**
   * `real` has metadata, tokens and redirects name the provider's real hosts, all of which `fetch` of the identity
   * provider leads here. For clients in the same process; what openid-client knows of a host works only so.
   */
  readonly hosts?: 'loopback' | 'real'
  /** Nothing is logged by default. */
  readonly log?: Log
}
