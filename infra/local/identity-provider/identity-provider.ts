import http from 'node:http'
import { Provider } from 'oidc-provider'
import { close, listen } from '../listen.ts'
import { generateSigningKey, type SigningKey } from '../tokens/identity-token.ts'
import { type Account, testAccounts } from './identity-provider-accounts.ts'
import { type Calls, createCalls } from './identity-provider-calls.ts'
import { configurationOf } from './identity-provider-configuration.ts'
import { createFaults, type Faults } from './identity-provider-faults.ts'
import { createFront } from './identity-provider-front.ts'
import { type Fetch, loopbackHosts, realHosts } from './identity-provider-hosts.ts'
import type { IdentityProviderOptions } from './identity-provider-options.ts'
import { servePage } from './identity-provider-page.ts'
import { personas } from './identity-provider-personas.ts'
import { type Addresses, addressesOf } from './identity-provider-routes.ts'
import { type SignInOptions, signIn } from './identity-provider-sign-in.ts'
import { createProviderStore } from './identity-provider-store.ts'

export type { IdentityProviderOptions } from './identity-provider-options.ts'

/** A live access token. */
export interface ActiveToken {
  readonly clientId: string
  /** The user; undefined for a client's own token. */
  readonly account: Account | undefined
  readonly scopes: ReadonlySet<string>
}

export interface IdentityProvider extends AsyncDisposable {
  /** Where it listens, on loopback over http. */
  readonly url: URL
  /** Of Microsoft, those for several tenants (`common`) unless a tenant is named. */
  addresses(tenant?: string): Addresses
  readonly fetch: Fetch
  readonly calls: Calls
  readonly faults: Faults
  /** Goes through the pages as a browser would, to the redirect back to the client. */
  signIn(authorizeUrl: string | URL, options: Omit<SignInOptions, 'fetch'>): Promise<URL>
  /** RFC 7662, in process: undefined for a token that is unknown, expired or revoked. */
  introspect(accessToken: string): Promise<ActiveToken | undefined>
  /** From now on no access token is live; grants and refresh tokens are. */
  expireAccessTokens(): void
  /** As when the person removes the application at the provider: no token of theirs is live any more. */
  revokeAccount(account: string): void
  /** Gives a person another `preferred_username`. */
  renameAccount(account: string, preferredUsername: string): void
}

const ACCESS_TOKENS = ['AccessToken', 'ClientCredentials']
const GRANTED = [...ACCESS_TOKENS, 'RefreshToken', 'AuthorizationCode', 'Grant']

let signingKey: Promise<SigningKey> | undefined

/** One for every provider of the process: making it is what takes time. */
const theSigningKey = (): Promise<SigningKey> => {
  signingKey ??= generateSigningKey('emulated-1')
  return signingKey
}

/**
 * Starts an identity provider with the habits of a real one.
 *
 * @throws when the port is taken or a client's registration is wrong
 */
export const startIdentityProvider = async (options: IdentityProviderOptions): Promise<IdentityProvider> => {
  const { persona: name, hosts = 'loopback', log } = options
  const persona = personas[name]
  const accounts = new Map((options.accounts ?? testAccounts).map(account => [account.id, account]))
  const key = await theSigningKey()
  const store = createProviderStore()
  const faults = createFaults()
  const calls = createCalls()

  await using starting = new AsyncDisposableStack()
  const server = http.createServer()
  const port = await listen(server, options.port)
  starting.defer(() => close(server))
  const origin = `http://127.0.0.1:${port}`
  const { relocate, fetch } = hosts === 'real' ? realHosts(origin, persona) : loopbackHosts(origin)

  // Of Microsoft's issuers one without a template, for oidc-provider wants a URL; it stands in no answer.
  const provider = new Provider(
    addressesOf(persona, relocate, 'consumers').issuer,
    configurationOf(name, { ...options, accounts, store, signingKey: key }),
  )
  // Otherwise a registration that it refuses shows only when the client comes.
  for (const { clientId } of options.clients) await provider.Client.find(clientId)
  provider.proxy = hosts === 'real'
  provider.OIDCContext.prototype.clientJwtAuthExpectedAudience = function () {
    return this.ctx.state.audiences ?? new Set()
  }
  provider.use(
    createFront({
      persona,
      relocate,
      accounts,
      signingKey: key,
      faults,
      calls,
      basicCredentials: options.basicCredentials ?? 'form-encoded',
      tokenType: options.tokenType ?? persona.tokenType ?? 'Bearer',
      identityDomain: options.identityDomain,
      servePage: context => servePage(context, { provider, persona: name, accounts: accounts.values(), store }),
    }),
  )
  for (const event of ['server_error', 'error']) {
    provider.on(event, (...values) =>
      log?.('ERROR', 'identity provider failed', { persona: name, error: String(values.at(-1)) }),
    )
  }
  server.on('request', provider.callback())

  const running = starting.move()
  return {
    url: new URL(origin),
    addresses: tenant => addressesOf(persona, relocate, tenant),
    fetch,
    calls,
    faults,
    signIn: (authorizeUrl, how) => signIn(authorizeUrl, { ...how, fetch }),
    async introspect(accessToken) {
      const token =
        (await provider.AccessToken.find(accessToken)) ?? (await provider.ClientCredentials.find(accessToken))
      if (token === undefined) return undefined
      return {
        clientId: token.clientId,
        account: accounts.get(token.accountId ?? ''),
        scopes: new Set(token.scope?.split(' ')),
      }
    },
    expireAccessTokens: () => store.remove(ACCESS_TOKENS, () => true),
    revokeAccount: account => store.remove(GRANTED, ({ accountId }) => accountId === account),
    renameAccount(id, preferredUsername) {
      const account = accounts.get(id)
      if (account !== undefined) accounts.set(id, { ...account, preferredUsername })
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
