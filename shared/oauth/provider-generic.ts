import type { IdentityProvider } from './identity-provider.ts'

/** Any provider that keeps to OAuth 2.0, and to OpenID Connect if the scopes have `openid`. */
export const generic: IdentityProvider = {
  name: 'generic',
  clientAuthentication: 'client_secret_basic',
  reauthentication: { prompt: 'login', max_age: '0' },
  bearerUnsaid: true,
}
