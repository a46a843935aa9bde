import type { IdentityProvider } from './identity-provider.ts'
import { requiredScopes } from './required-scopes.ts'

/** https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow */
export const microsoft: IdentityProvider = {
  name: 'microsoft',
  multiTenant: true,
  clientAuthentication: 'client_secret_post',
  reauthentication: { prompt: 'login' },
  // `sub` is another for each application, `preferred_username` changes. `oid` needs the scope profile.
  // https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference
  subject: ({ tid, oid }) => (typeof tid === 'string' && typeof oid === 'string' ? `${tid}/${oid}` : undefined),
  irrevocable: true,
  missingSettings: service => [
    ...requiredScopes('openid', 'profile')(service),
    ...(service.discoveryUrl?.includes('/.well-known/')
      ? [{ path: 'discoveryUrl', expected: 'https://login.microsoftonline.com/TENANT/v2.0, without /.well-known/…' }]
      : []),
  ],
}
