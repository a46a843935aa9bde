import { randomBytes } from 'node:crypto'
import { type Configuration, interactionPolicy } from 'oidc-provider'
import type { SigningKey } from '../tokens/identity-token.ts'
import { type Account, claimsOf } from './identity-provider-accounts.ts'
import { type PersonaName, personas } from './identity-provider-personas.ts'
import type { ProviderStore } from './identity-provider-store.ts'

/** An application that is registered at the provider. */
export interface RegisteredClient {
  readonly clientId: string
  /** For client_secret_basic and client_secret_post; without it the client authenticates by `private_key_jwt`. */
  readonly clientSecret?: string
  /** For private_key_jwt: public keys. */
  readonly jwks?: { readonly keys: readonly object[] }
  /** Where users may be sent back to; none for an application that only speaks for itself. */
  readonly redirectUris?: readonly string[]
}

/** How long things live, in whole seconds from 1. */
export interface Lifetimes {
  /** 3600 by default. */
  readonly accessToken: number
  /** 14 days by default. */
  readonly refreshToken: number
  /** 60 by default. */
  readonly authorizationCode: number
  /** 3600 by default. */
  readonly idToken: number
}

const DAY_SECONDS = 24 * 3600

const registration = ({ clientId, clientSecret, jwks, redirectUris = [] }: RegisteredClient, pairwise: boolean) => {
  const signsIn = redirectUris.length > 0
  return {
    client_id: clientId,
    redirect_uris: redirectUris,
    response_types: signsIn ? ['code'] : [],
    grant_types: ['client_credentials', ...(signsIn ? ['authorization_code', 'refresh_token'] : [])],
    // oidc-provider takes client_secret_post from such a client too.
    token_endpoint_auth_method: clientSecret === undefined ? 'private_key_jwt' : 'client_secret_basic',
    subject_type: pairwise && signsIn ? 'pairwise' : 'public',
    ...(clientSecret === undefined ? {} : { client_secret: clientSecret }),
    ...(jwks === undefined ? {} : { jwks }),
  }
}

/** Also lets a client have the user choose an account, as Google and Microsoft do. */
const prompts = () => {
  const policy = interactionPolicy.base()
  policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0)
  return policy
}

/**
 * @returns what makes oidc-provider this persona, as far as its own settings can; among them those that it would
 * comment on if they were left out
 */
export const configurationOf = (
  name: PersonaName,
  options: {
    readonly clients: readonly RegisteredClient[]
    readonly accounts: ReadonlyMap<string, Account>
    readonly store: ProviderStore
    readonly signingKey: SigningKey
    readonly lifetimes?: Partial<Lifetimes> | undefined
    readonly rotation?: boolean | undefined
    readonly scopes?: readonly string[] | undefined
  },
): Configuration => {
  const persona = personas[name]
  const { clients, accounts, store, signingKey, lifetimes, scopes = [] } = options
  const accessToken = lifetimes?.accessToken ?? 3600
  const rotation = options.rotation ?? persona.rotation
  const pairwise = persona.configuration.pairwiseIdentifier !== undefined
  return {
    claims: {
      openid: ['sub'],
      profile: ['name', 'given_name', 'family_name', 'preferred_username'],
      email: ['email', 'email_verified'],
    },
    expiresWithSession: () => false,
    ...(rotation === undefined ? {} : { rotateRefreshToken: rotation }),
    ...persona.configuration,
    adapter: store.adapter,
    clients: clients.map(client => registration(client, pairwise)),
    clientAuthMethods: persona.clientAuthentication,
    scopes: ['openid', ...persona.scopes, ...scopes],
    jwks: {
      keys: [{ ...signingKey.privateKey.export({ format: 'jwk' }), kid: signingKey.kid, alg: 'RS256', use: 'sig' }],
    },
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      // Cookies know no ports: providers on one machine must not take each other's.
      names: { session: `${name}_session`, interaction: `${name}_interaction`, resume: `${name}_resume` },
    },
    extraParams: ['tenant'],
    interactions: { policy: prompts() },
    clockTolerance: 0,
    findAccount: (_: unknown, id: string) => {
      const account = accounts.get(id)
      return account && { accountId: id, claims: () => claimsOf(account) }
    },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      revocation: {
        enabled: true,
        allowedPolicy: (_: unknown, client: RegisteredClient, token: RegisteredClient) =>
          client.clientId === token.clientId,
      },
    },
    renderError: (context: { type: string; body: unknown }, error: Readonly<Record<string, unknown>>) => {
      context.type = 'text'
      context.body = `${error.error}: ${error.error_description}`
    },
    ttl: {
      AccessToken: accessToken,
      ClientCredentials: accessToken,
      RefreshToken: lifetimes?.refreshToken ?? 14 * DAY_SECONDS,
      AuthorizationCode: lifetimes?.authorizationCode ?? 60,
      IdToken: lifetimes?.idToken ?? 3600,
      Grant: 14 * DAY_SECONDS,
      Session: 14 * DAY_SECONDS,
      Interaction: 3600,
    },
  }
}
