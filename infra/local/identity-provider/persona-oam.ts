import type { PersonaDefinition } from './persona-definition.ts'

const SERVER = 'https://oam.example.com'

/**
 * Oracle Access Manager: no metadata to discover, token responses that openid-client refuses, a refresh token for
 * every user's grant whatever its scope. Its issuer and the path of its keys are as OAM 12.2.1.4 reports them.
 */
export const oam: PersonaDefinition = {
  endpoints: {
    authorization: `${SERVER}/oauth2/rest/authorize`,
    token: `${SERVER}/oauth2/rest/token`,
    revocation: `${SERVER}/oauth2/rest/token/revoke`,
    userinfo: `${SERVER}/oauth2/rest/userinfo`,
    jwks: `${SERVER}/oauth2/rest/security`,
  },
  issuer: relocate => `${relocate(SERVER)}/oauth2`,
  clientAuthentication: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  metadata: {},
  issuerInAuthorizationResponse: false,
  scopes: ['orders.read'],
  rotation: true,
  tokenType: 'missing',
  configuration: {
    conformIdTokenClaims: false,
    issueRefreshToken: async (_: unknown, client: { grantTypeAllowed(type: string): boolean }) =>
      client.grantTypeAllowed('refresh_token'),
  },
}
