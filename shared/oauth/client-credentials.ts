import { fail, ok, type Result } from '../runtime/result.ts'
import type { AuthenticationService } from './authentication-service.ts'
import { type ComponentFailure, serviceFor } from './component-failure.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { type Tokens, tokensOf } from './tokens.ts'
import { untilAborted } from './until-aborted.ts'

/** The agent's own access token, or why there is none. */
export type ClientToken =
  | {
      readonly outcome: 'token'
      readonly accessToken: string
      /** Milliseconds since the epoch. */
      readonly expiresAt: number
      readonly scopes: readonly string[]
    }
  | { readonly outcome: 'failed'; readonly failure: ComponentFailure }

export type ClientTokenOptions = {
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal
  /** A token that its resource server has refused: another one is got, even if this one has not expired. */
  readonly rejected?: string
}

/** The component *OAuth 2.0 Client*: a token for the agent itself. Kept in this process until shortly before its end; concurrent calls are one. */
export const createClientCredentials = (parts: OAuthParts) => {
  const known = new Map<string, Tokens>()
  const pending = new Map<string, Promise<Result<Tokens, ComponentFailure>>>()

  const request = async (service: AuthenticationService): Promise<Result<Tokens, ComponentFailure>> => {
    const response = await parts.clients.call(service, ({ library, configuration }) =>
      library.clientCredentialsGrant(configuration, {
        ...service.tokenParameters,
        ...(service.scopes.length > 0 && { scope: service.scopes.join(' ') }),
      }),
    )
    pending.delete(service.name)
    if (!response.ok) {
      parts.log('ERROR', 'no client credentials token', { service: service.name, failure: response.error })
      return response
    }
    const tokens = tokensOf(response.value, parts.clock(), service)
    known.set(service.name, tokens)
    return ok(tokens)
  }

  const tokensFor = async (service: AuthenticationService, rejected: string | undefined) => {
    const tokens = known.get(service.name)
    if (tokens !== undefined && tokens.accessToken !== rejected && parts.clock() < tokens.staleAt) return ok(tokens)
    const requested = pending.get(service.name) ?? request(service)
    pending.set(service.name, requested)
    const fresh = await requested
    // The provider is away for a moment: the last minute of a token is still good.
    const isGood = tokens !== undefined && tokens.accessToken !== rejected && parts.clock() < tokens.expiresAt
    return fresh.ok || !isGood ? fresh : ok(tokens)
  }

  return async (name: string, { signal, rejected }: ClientTokenOptions): Promise<ClientToken> => {
    const service = serviceFor(parts, name, 'CLIENT_CREDENTIALS')
    if (!service.ok) return { outcome: 'failed', failure: service.error }
    const tokens =
      (await untilAborted(signal, tokensFor(service.value, rejected))) ?? fail({ code: 'deadline' as const })
    if (!tokens.ok) return { outcome: 'failed', failure: tokens.error }
    const { accessToken, expiresAt, scopes } = tokens.value
    return { outcome: 'token', accessToken, expiresAt, scopes }
  }
}
