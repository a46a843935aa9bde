import type { ClientAuth, Configuration, ServerMetadata } from 'openid-client'
import type { Clock } from '../runtime/clock.ts'
import { ok, type Result } from '../runtime/result.ts'
import type { SecretReference } from '../runtime/secret.ts'
import type { AuthenticationService } from './authentication-service.ts'
import { clientAuthentication } from './client-authentication.ts'
import { attempt, type ProviderFailure, ProviderFailureError } from './provider-failure.ts'
import { type ProviderFetch, providerFetch } from './provider-fetch.ts'

type Library = typeof import('openid-client')

/** openid-client, set up for one service. */
export type ProviderClient = {
  readonly library: Library
  readonly configuration: Configuration
  readonly fetch: ProviderFetch
}

export type ProviderClients = {
  /** Has a service's client do something. Waits for discovery and for the secret at the first use, and again every hour. */
  call<Value>(
    service: AuthenticationService,
    work: (client: ProviderClient) => Promise<Value>,
  ): Promise<Result<Value, ProviderFailure>>
}

export type ProviderClientParts = {
  readonly clock: Clock
  /** Gets a secret's text; the error is a reason without any of it. */
  readonly resolveSecret: (reference: SecretReference) => Promise<Result<string, string>>
  /** Accepts loopback URLs. Never on Cloud Run. */
  readonly emulation: boolean
  readonly fetch: ProviderFetch
}

/** How long a provider's metadata and our secret are used before both are read again. */
const MAX_AGE_MS = 60 * 60_000

/** Keeps a client for each service; concurrent beginnings are merged, and an old one serves while a new one cannot be made. */
export const createProviderClients = (parts: ProviderClientParts): ProviderClients => {
  const known = new Map<string, { readonly client: ProviderClient; readonly madeAt: number }>()
  const pending = new Map<string, Promise<Result<ProviderClient, ProviderFailure>>>()

  const make = async (service: AuthenticationService) => {
    const made = await attempt(() => createClient(service, parts))
    if (made.ok) known.set(service.name, { client: made.value, madeAt: parts.clock() })
    pending.delete(service.name)
    return made
  }

  const clientOf = async (service: AuthenticationService) => {
    const current = known.get(service.name)
    if (current !== undefined && parts.clock() - current.madeAt < MAX_AGE_MS) return ok(current.client)
    const making = pending.get(service.name) ?? make(service)
    pending.set(service.name, making)
    const made = await making
    return made.ok || current === undefined ? made : ok(current.client)
  }

  return {
    async call(service, work) {
      const client = await clientOf(service)
      if (!client.ok) return client
      const result = await attempt(() => work(client.value))
      // The secret may have been changed: the next call reads it again.
      if (!result.ok && isClientRefused(result.error)) known.delete(service.name)
      return result
    },
  }
}

const isClientRefused = (failure: ProviderFailure): boolean =>
  failure.code === 'provider_error' && failure.error === 'invalid_client'

const createClient = async (service: AuthenticationService, parts: ProviderClientParts): Promise<ProviderClient> => {
  // Loaded only here, off the start-up path: most turns need no provider.
  const library = await import('openid-client')
  const secret = await parts.resolveSecret(service.clientSecret)
  if (!secret.ok) {
    throw new ProviderFailureError({ code: 'service_settings', reason: `clientSecret: ${secret.error}` })
  }
  const authentication = clientAuthentication(library, service, secret.value)
  const fetch = providerFetch(service, parts.fetch, parts.emulation)
  const configuration = await configure(library, service, authentication, fetch, [
    library.enableNonRepudiationChecks,
    ...(parts.emulation ? [library.allowInsecureRequests] : []),
  ])
  configuration[library.customFetch] = fetch
  return { library, configuration, fetch }
}

const configure = async (
  library: Library,
  service: AuthenticationService,
  authentication: ClientAuth,
  fetch: ProviderFetch,
  execute: readonly ((configuration: Configuration) => void)[],
): Promise<Configuration> => {
  const { provider, endpoints, clientId } = service
  if (endpoints !== undefined) {
    const configuration = new library.Configuration(metadataOf(endpoints), clientId, undefined, authentication)
    for (const extension of execute) extension(configuration)
    return configuration
  }
  const url = service.discoveryUrl ?? provider.discoveryUrl ?? ''
  const document = provider.discoveryUrlOf?.(url) ?? url
  const options = { execute: [...execute], [library.customFetch]: fetch }
  if (!provider.multiTenant) return library.discovery(new URL(document), clientId, undefined, authentication, options)
  // openid-client puts a token's tenant into {tenantid} only for this host; the document comes from where it really is.
  const documentUrl = `${document.replace(/\/$/, '')}/.well-known/openid-configuration`
  return library.discovery(MULTI_TENANT_SERVER, clientId, undefined, authentication, {
    ...options,
    [library.customFetch]: (_url, request) => fetch(documentUrl, request),
  })
}

const MULTI_TENANT_SERVER = new URL('https://login.microsoftonline.com/common/v2.0')

/** The endpoints under their names of RFC 8414 §2. */
const metadataOf = (endpoints: NonNullable<AuthenticationService['endpoints']>): ServerMetadata => ({
  issuer: endpoints.issuer,
  token_endpoint: endpoints.token,
  ...(endpoints.authorization !== undefined && { authorization_endpoint: endpoints.authorization }),
  ...(endpoints.revocation !== undefined && { revocation_endpoint: endpoints.revocation }),
  ...(endpoints.userinfo !== undefined && { userinfo_endpoint: endpoints.userinfo }),
  ...(endpoints.jwks !== undefined && { jwks_uri: endpoints.jwks }),
})
