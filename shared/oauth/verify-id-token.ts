import type { FetchImplementation, JWTVerifyGetKey } from 'jose'
import type { Clock } from '../runtime/clock.ts'
import type { JsonObject, JsonValue } from '../runtime/json.ts'
import { fail, ok, type Result } from '../runtime/result.ts'
import type { AuthenticationService } from './authentication-service.ts'
import type { ProviderClient, ProviderClients } from './provider-clients.ts'
import { type ProviderFailure, ProviderFailureError } from './provider-failure.ts'

/** Why an ID token is not accepted: jose's code, with the claim that is wrong. */
export type IdTokenRefusal = { readonly code: 'id_token_refused'; readonly reason: string } | ProviderFailure

/** The claims of an ID token that one of a service's `sessionClientIds` got for its user. */
export type VerifyIdToken = (
  service: AuthenticationService,
  idToken: string,
) => Promise<Result<JsonObject, IdTokenRefusal>>

type Library = typeof import('jose')

const MAX_LENGTH = 16 * 1024

/** What a provider can sign ID tokens with, of what OpenID Connect Core §15.1 and RFC 7518 §3.1 know. No HMAC: its key is not ours alone. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'Ed25519', 'EdDSA']

/** Allowed difference between the provider's clock and ours, in seconds. */
const SKEW_S = 60

/**
 * Verifies ID tokens that did not come from the provider itself but from an application: signature, issuer, audience, times
 * (OpenID Connect Core §3.1.3.7). openid-client only verifies what it has fetched, so this is jose's.
 */
export const createVerifyIdToken = ({ clients, clock }: { clients: ProviderClients; clock: Clock }): VerifyIdToken => {
  const keySets = new Map<string, JWTVerifyGetKey>()

  const verify = async (service: AuthenticationService, idToken: string, client: ProviderClient) => {
    const jose = await import('jose')
    const { jwks_uri: url, id_token_signing_alg_values_supported: offered } = client.configuration.serverMetadata()
    if (url === undefined) throw new ProviderFailureError({ code: 'provider_endpoint', reason: 'no jwks_uri' })
    const keys = keySets.get(url) ?? remoteKeys(jose, url, client)
    keySets.set(url, keys)
    try {
      const { payload } = await jose.jwtVerify(idToken, keys, {
        issuer: issuerOf(jose, client, idToken),
        audience: [...service.sessionClientIds],
        algorithms: ALGORITHMS.filter(algorithm => (offered ?? ['RS256']).includes(algorithm)),
        requiredClaims: ['sub', 'iat', 'exp'],
        clockTolerance: SKEW_S,
        currentDate: new Date(clock()),
      })
      // OpenID Connect Core §3.1.3.7: whoever it was issued to has to be one of ours too.
      const { azp, ...claims } = payload
      if (azp !== undefined && !service.sessionClientIds.includes(String(azp))) return refused('azp')
      return ok(objectOf(claims))
    } catch (error) {
      if (!(error instanceof jose.errors.JOSEError) || KEYS_UNAVAILABLE.has(error.code)) throw error
      return refused('claim' in error ? `${error.code} ${String(error.claim)}` : error.code)
    }
  }

  return async (service, idToken) => {
    if (idToken.length > MAX_LENGTH) return refused('too long')
    const verified = await clients.call(service, client => verify(service, idToken, client))
    return verified.ok ? verified.value : verified
  }
}

/** The provider's fault, and not the token's. */
const KEYS_UNAVAILABLE = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID', 'ERR_JWKS_TIMEOUT'])

const refused = (reason: string) => fail({ code: 'id_token_refused', reason } as const)

const remoteKeys = (jose: Library, url: string, { fetch }: ProviderClient): JWTVerifyGetKey => {
  const fetchKeys: FetchImplementation = (address, { headers, ...options }) =>
    fetch(address, { ...options, headers: Object.fromEntries(headers), body: undefined })
  return jose.createRemoteJWKSet(new URL(url), { [jose.customFetch]: fetchKeys })
}

/** An issuer for each tenant stands in the metadata as a template: see `multiTenant` in `identity-provider.ts`. */
const issuerOf = ({ decodeJwt }: Library, { configuration }: ProviderClient, idToken: string): string => {
  const { issuer } = configuration.serverMetadata()
  if (!issuer.includes('{tenantid}')) return issuer
  const { tid } = decodeJwt(idToken)
  return issuer.replace('{tenantid}', typeof tid === 'string' && TENANT.test(tid) ? tid : '')
}

const TENANT = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const objectOf = (claims: Readonly<Record<string, unknown>>): JsonObject => {
  const json: unknown = JSON.parse(JSON.stringify(claims))
  return isObject(json) ? json : {}
}

const isObject = (value: unknown): value is { readonly [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
