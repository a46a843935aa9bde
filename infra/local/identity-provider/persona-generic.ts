import type { PersonaDefinition } from './persona-definition.ts'

/** A provider without habits of its own: oidc-provider as it comes. */
export const generic: PersonaDefinition = {
  endpoints: {
    authorization: 'https://idp.example/auth',
    token: 'https://idp.example/token',
    revocation: 'https://idp.example/token/revocation',
    userinfo: 'https://idp.example/me',
    jwks: 'https://idp.example/jwks',
    discovery: 'https://idp.example/.well-known/openid-configuration',
  },
  issuer: relocate => relocate('https://idp.example'),
  clientAuthentication: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  metadata: {},
  issuerInAuthorizationResponse: true,
  scopes: ['offline_access', 'orders.read'],
  rotation: undefined,
  configuration: {},
}
