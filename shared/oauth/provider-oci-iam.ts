import type { IdentityProvider } from './identity-provider.ts'
import { requiredScopes } from './required-scopes.ts'

const DOCUMENT = '.well-known/openid-configuration'

/**
 * Oracle Cloud Infrastructure IAM, an identity domain. Its keys are public only where the domain's settings say so
 * ("Configure client access"); without, no ID token can be verified.
 * https://docs.oracle.com/en-us/iaas/Content/Identity/api-getstarted/OATOAuthClientWebApp.htm
 */
export const ociIam: IdentityProvider = {
  name: 'oci-iam',
  // Every domain says https://identity.oraclecloud.com/ for its issuer, which no domain's host equals. So the document is
  // asked for by its full URL, and identities are kept apart by service.
  discoveryUrlOf: url => (url.includes('/.well-known/') ? url : new URL(DOCUMENT, url).href),
  // The only one of its metadata.
  clientAuthentication: 'client_secret_basic',
  reauthentication: { prompt: 'login' },
  bearerUnsaid: true,
  missingSettings: requiredScopes('openid'),
}
