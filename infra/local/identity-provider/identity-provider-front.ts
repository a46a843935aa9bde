import type { Context, Middleware } from 'oidc-provider'
import type { SigningKey } from '../tokens/identity-token.ts'
import type { Account } from './identity-provider-accounts.ts'
import type { Calls } from './identity-provider-calls.ts'
import { type BasicCredentials, encodeBasicCredentials } from './identity-provider-client-authentication.ts'
import type { Faults } from './identity-provider-faults.ts'
import { addressesOf, type Route, resolve } from './identity-provider-routes.ts'
import type { PersonaDefinition, Relocate, TokenResponse, TokenType } from './persona-definition.ts'

export interface FrontOptions {
  readonly persona: PersonaDefinition
  readonly relocate: Relocate
  readonly accounts: ReadonlyMap<string, Account>
  readonly signingKey: SigningKey
  readonly faults: Faults
  readonly calls: Calls
  readonly basicCredentials: BasicCredentials
  readonly tokenType: TokenType
  readonly identityDomain: string | undefined
  /** Serves the page between authorization request and response. */
  readonly servePage: (context: Context) => Promise<void>
}

const isResponse = (body: unknown): body is TokenResponse => typeof body === 'object' && body !== null

/** For providers that do not know RFC 9207: neither success nor error responses name the issuer. */
const removeIssuer = (context: Context): void => {
  const url = URL.parse(context.response.get('Location'))
  if (url === null || !url.searchParams.has('iss')) return
  url.searchParams.delete('iss')
  context.set('Location', url.href)
}

/** The persona's face: its paths and its ways of asking and answering before oidc-provider's own. */
export const createFront = (options: FrontOptions): Middleware => {
  const { persona, relocate, accounts, identityDomain } = options

  const isTenant = (tenant: string): boolean =>
    persona.sharedTenants?.includes(tenant) === true ||
    [...accounts.values()].some(({ tenantId }) => tenantId === tenant)

  const isForeign = ({ req, querystring }: Context, { endpoint }: Route): boolean => {
    if (identityDomain === undefined) return false
    if (endpoint === 'authorization') return new URLSearchParams(querystring).get('domain') !== identityDomain
    return endpoint !== 'jwks' && req.headers['x-oauth-identity-domain-name'] !== identityDomain
  }

  const refusal = (context: Context, route: Route): string | undefined => {
    const { tenant } = route
    if (tenant !== undefined && !isTenant(tenant)) return `AADSTS90002: Tenant '${tenant}' not found.`
    return isForeign(context, route) ? 'Identity domain missing or unknown' : undefined
  }

  const authorization = async (context: Context, { tenant }: Route, next: () => Promise<void>) => {
    const parameters = new URLSearchParams(context.querystring)
    persona.translateAuthorization?.(parameters)
    if (tenant !== undefined && !persona.sharedTenants?.includes(tenant)) parameters.set('tenant', tenant)
    context.querystring = parameters.toString()
    await next()
  }

  const token = async (context: Context, next: () => Promise<void>) => {
    await next()
    const response = context.body
    if (context.status !== 200 || !isResponse(response)) return
    await persona.translateToken?.(response, {
      keptRefreshToken:
        response.refresh_token !== undefined && response.refresh_token === context.oidc?.params?.refresh_token,
      account: accounts.get(context.oidc?.entities.Account?.accountId ?? ''),
      relocate,
      signingKey: options.signingKey,
    })
    if (options.tokenType === 'missing') delete response.token_type
    else response.token_type = options.tokenType
  }

  const discovery = async (context: Context, { tenant }: Route, next: () => Promise<void>) => {
    await next()
    const addresses = addressesOf(persona, relocate, tenant)
    context.body = {
      ...(isResponse(context.body) ? context.body : {}),
      issuer: addresses.issuer,
      authorization_endpoint: addresses.authorization,
      token_endpoint: addresses.token,
      revocation_endpoint: addresses.revocation,
      userinfo_endpoint: addresses.userinfo,
      jwks_uri: addresses.jwks,
      authorization_response_iss_parameter_supported: persona.issuerInAuthorizationResponse || undefined,
      ...persona.metadata,
    }
  }

  const answer = async (context: Context, route: Route, next: () => Promise<void>) => {
    context.path = route.internalPath
    if (options.basicCredentials === 'raw') encodeBasicCredentials(context.req.headers)
    switch (route.endpoint) {
      case 'authorization':
        return authorization(context, route, next)
      case 'token':
        return token(context, next)
      case 'discovery':
        return discovery(context, route, next)
      case 'revocation':
        await next()
        return persona.translateRevocation?.(context)
      default:
        return next()
    }
  }

  const serve = async (context: Context, route: Route, next: () => Promise<void>) => {
    const { endpoint, tenant } = route
    const call = options.calls.add(endpoint)
    const { issuer, token } = addressesOf(persona, relocate, tenant)
    context.state.audiences = new Set([issuer, token])
    await options.faults.serve(endpoint, context, async () => {
      const reason = refusal(context, route)
      if (reason === undefined) await answer(context, route, next)
      else {
        context.status = 400
        context.body = { error: 'invalid_request', error_description: reason }
      }
      const grantType = context.oidc?.params?.grant_type
      if (typeof grantType === 'string') call.grantType = grantType
    })
    if (!context.req.socket.destroyed) call.status = context.status
  }

  return async (context, next) => {
    const route = resolve(persona, context.path)
    if (route === undefined) return
    if (route !== 'page') await serve(context, route, next)
    else if (context.path.startsWith('/interaction/')) await options.servePage(context)
    else await next()
    if (!persona.issuerInAuthorizationResponse) removeIssuer(context)
  }
}
