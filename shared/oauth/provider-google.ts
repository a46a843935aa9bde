import type { IdentityProvider } from './identity-provider.ts'
import { requiredScopes } from './required-scopes.ts'

/** https://developers.google.com/identity/protocols/oauth2/web-server */
export const google: IdentityProvider = {
  name: 'google',
  discoveryUrl: 'https://accounts.google.com/.well-known/openid-configuration',
  clientAuthentication: 'client_secret_post',
  // A refresh token is given only for offline access, and a second time only with consent.
  authorizationParameters: () => ({ access_type: 'offline', prompt: 'consent' }),
  // It never asks for a password on a client's wish; choosing the account is the most it offers.
  reauthentication: { prompt: 'select_account' },
  // A dead token is answered with 400 invalid_token.
  alreadyRevoked: 'invalid_token',
  missingSettings: requiredScopes('openid'),
}
