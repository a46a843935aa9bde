import { hash } from 'node:crypto'
import { decodeJwt, SignJWT } from 'jose'
import type { PersonaDefinition, Relocate } from './persona-definition.ts'
import { requestConsentForRefreshToken } from './persona-offline-access.ts'

/** The tenant of personal Microsoft accounts. */
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad'
const LOGIN = 'https://login.microsoftonline.com'
const GRAPH = 'https://graph.microsoft.com'

const issuerOf = (relocate: Relocate, tenantId: string): string => `${relocate(LOGIN)}/${tenantId}/v2.0`

/**
 * The Microsoft identity platform. A tenant's GUID is in every URL and in the issuer; metadata for several tenants has a
 * template instead. `sub` differs from application to application, `oid` takes the scope `profile`, no endpoint revokes.
 * https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference
 */
export const microsoft: PersonaDefinition = {
  endpoints: {
    authorization: `${LOGIN}/{tenant}/oauth2/v2.0/authorize`,
    token: `${LOGIN}/{tenant}/oauth2/v2.0/token`,
    userinfo: `${GRAPH}/oidc/userinfo`,
    jwks: `${LOGIN}/{tenant}/discovery/v2.0/keys`,
    discovery: `${LOGIN}/{tenant}/v2.0/.well-known/openid-configuration`,
  },
  issuer(relocate, tenant = 'common') {
    if (tenant === 'consumers') return issuerOf(relocate, CONSUMERS)
    return issuerOf(relocate, tenant === 'common' || tenant === 'organizations' ? '{tenantid}' : tenant)
  },
  sharedTenants: ['common', 'organizations', 'consumers'],
  clientAuthentication: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
  metadata: {
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    subject_types_supported: ['pairwise'],
    code_challenge_methods_supported: undefined,
    grant_types_supported: undefined,
  },
  issuerInAuthorizationResponse: false,
  scopes: ['offline_access', ...['User.Read', 'Calendars.Read'].flatMap(scope => [scope, `${GRAPH}/${scope}`])],
  rotation: true,
  configuration: {
    claims: {
      openid: ['sub', 'tid', 'ver'],
      profile: ['name', 'preferred_username', 'oid'],
      email: ['email'],
    },
    conformIdTokenClaims: false,
    subjectTypes: ['public', 'pairwise'],
    pairwiseIdentifier: (_: unknown, accountId: string, { clientId }: { clientId: string }) =>
      hash('sha256', `${clientId} ${accountId}`, 'base64url'),
  },
  translateAuthorization: requestConsentForRefreshToken,
  async translateToken(response, { account, relocate, signingKey }) {
    if (typeof response.id_token !== 'string' || account === undefined) return
    // oidc-provider knows one issuer; here it depends on who has signed in.
    const token = new SignJWT({ ...decodeJwt(response.id_token), iss: issuerOf(relocate, account.tenantId) })
    token.setProtectedHeader({ alg: 'RS256', kid: signingKey.kid, typ: 'JWT' })
    response.id_token = await token.sign(signingKey.privateKey)
  },
}
