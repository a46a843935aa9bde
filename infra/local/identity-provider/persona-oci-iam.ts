import type { PersonaDefinition } from './persona-definition.ts'
import { requestConsentForRefreshToken } from './persona-offline-access.ts'

const DOMAIN = 'https://idcs-00000000000000000000000000000001.identity.oraclecloud.com'

/**
 * OCI IAM with identity domains. The issuer is the same for every tenant and is not where the metadata lies; client
 * secrets are taken in the Authorization header alone.
 * https://docs.oracle.com/en/cloud/paas/identity-cloud/rest-api/op-well-known-openid-configuration-get.html
 */
export const ociIam: PersonaDefinition = {
  endpoints: {
    authorization: `${DOMAIN}/oauth2/v1/authorize`,
    token: `${DOMAIN}/oauth2/v1/token`,
    revocation: `${DOMAIN}/oauth2/v1/revoke`,
    userinfo: `${DOMAIN}/oauth2/v1/userinfo`,
    jwks: `${DOMAIN}/admin/v1/SigningCert/jwk`,
    discovery: `${DOMAIN}/.well-known/openid-configuration`,
  },
  issuer: () => 'https://identity.oraclecloud.com/',
  clientAuthentication: ['client_secret_basic', 'private_key_jwt'],
  metadata: {
    scopes_supported: ['openid', 'profile', 'offline_access', 'email'],
    token_endpoint_auth_methods_supported: ['client_secret_basic'],
    code_challenge_methods_supported: undefined,
  },
  issuerInAuthorizationResponse: false,
  scopes: ['offline_access', 'orders.read'],
  rotation: true,
  configuration: { conformIdTokenClaims: false },
  translateAuthorization: requestConsentForRefreshToken,
}
