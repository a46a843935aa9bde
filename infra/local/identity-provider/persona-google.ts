import type { PersonaDefinition } from './persona-definition.ts'

const CALENDAR = 'https://www.googleapis.com/auth/calendar'

/**
 * Google. A refresh token is asked for by `access_type=offline` and `prompt=consent`, not by a scope, and a refresh does
 * not repeat it. Revoking a dead token is an error.
 * https://developers.google.com/identity/protocols/oauth2/web-server
 */
export const google: PersonaDefinition = {
  endpoints: {
    authorization: 'https://accounts.google.com/o/oauth2/v2/auth',
    token: 'https://oauth2.googleapis.com/token',
    revocation: 'https://oauth2.googleapis.com/revoke',
    userinfo: 'https://openidconnect.googleapis.com/v1/userinfo',
    jwks: 'https://www.googleapis.com/oauth2/v3/certs',
    discovery: 'https://accounts.google.com/.well-known/openid-configuration',
  },
  issuer: relocate => relocate('https://accounts.google.com'),
  clientAuthentication: ['client_secret_post', 'client_secret_basic', 'private_key_jwt'],
  metadata: {
    scopes_supported: ['openid', 'email', 'profile'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'],
  },
  issuerInAuthorizationResponse: true,
  scopes: ['offline_access', CALENDAR, `${CALENDAR}.readonly`, `${CALENDAR}.events`, `${CALENDAR}.events.readonly`],
  rotation: false,
  configuration: {
    claims: {
      openid: ['sub'],
      profile: ['name', 'given_name', 'family_name'],
      email: ['email', 'email_verified'],
    },
    conformIdTokenClaims: false,
  },
  translateAuthorization(parameters) {
    const scopes = new Set(parameters.get('scope')?.split(' '))
    // oidc-provider drops it again when there is no prompt=consent.
    if (parameters.get('access_type') === 'offline') scopes.add('offline_access')
    else scopes.delete('offline_access')
    parameters.set('scope', [...scopes].join(' '))
  },
  translateToken(response, { keptRefreshToken }) {
    if (typeof response.scope === 'string') response.scope = response.scope.replace(/ ?\boffline_access\b/, '')
    if (keptRefreshToken) delete response.refresh_token
  },
  translateRevocation(context) {
    const { AccessToken, RefreshToken, ClientCredentials } = context.oidc?.entities ?? {}
    if (context.status !== 200) return
    if (AccessToken ?? RefreshToken ?? ClientCredentials) {
      context.body = {}
      return
    }
    context.status = 400
    context.body = { error: 'invalid_token', error_description: 'Token expired or revoked' }
  },
}
