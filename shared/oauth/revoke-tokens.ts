import type { AuthenticationService } from './authentication-service.ts'
import type { OAuthParts } from './oauth-parts.ts'
import type { ProviderFailure } from './provider-failure.ts'
import type { Tokens } from './tokens.ts'

/** What became of tokens at their provider. */
export type Revocation =
  | { readonly revoked: 'all' }
  /** The provider has no request for it: an access token lives on to its end, an hour or so. */
  | { readonly revoked: 'impossible' }
  | { readonly revoked: 'failed'; readonly failure: ProviderFailure }

/** Revokes at the provider: the refresh token first, which takes its access tokens along (RFC 7009 §2.1), then the access token. */
export const revokeTokens = async (
  { clients, log }: Pick<OAuthParts, 'clients' | 'log'>,
  service: AuthenticationService,
  { refreshToken, accessToken }: Pick<Tokens, 'accessToken' | 'refreshToken'>,
): Promise<Revocation> => {
  if (service.provider.irrevocable) return { revoked: 'impossible' }
  const tokens = [
    ...(refreshToken === undefined ? [] : [{ token: refreshToken, hint: 'refresh_token' }]),
    { token: accessToken, hint: 'access_token' },
  ]
  let failure: ProviderFailure | undefined
  for (const { token, hint } of tokens) {
    const revoked = await clients.call(service, async ({ library, configuration }) => {
      if (configuration.serverMetadata().revocation_endpoint === undefined) return 'impossible'
      await library.tokenRevocation(configuration, token, { token_type_hint: hint })
      return 'done'
    })
    if (revoked.ok && revoked.value === 'impossible') return { revoked: 'impossible' }
    if (!revoked.ok && !wasDead(service, revoked.error)) failure ??= revoked.error
    // A provider that does not answer is not asked a second time: somebody waits.
    if (!revoked.ok && revoked.error.code !== 'provider_error') break
  }
  if (failure === undefined) return { revoked: 'all' }
  log('WARNING', 'tokens not revoked at the provider', { service: service.name, failure })
  return { revoked: 'failed', failure }
}

const wasDead = ({ provider }: AuthenticationService, failure: ProviderFailure): boolean =>
  failure.code === 'provider_error' && failure.error === provider.alreadyRevoked
