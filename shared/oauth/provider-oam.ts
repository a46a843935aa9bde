import type { IdentityProvider } from './identity-provider.ts'

/**
 * Oracle Access Manager 12c. One server holds several identity domains, which a request has to name: in the
 * query where a browser makes it, in a header where we do.
 * https://docs.oracle.com/en/middleware/idm/access-manager/12.2.1.4/aiaag/configuring-oauth-services-12c.html
 */
export const oam: IdentityProvider = {
  name: 'oam',
  // As in Oracle's own examples: base64 of ID:SECRET, nothing encoded before.
  clientAuthentication: 'client_secret_basic_raw',
  authorizationParameters: ({ identityDomain = '' }) => ({ domain: identityDomain }),
  requestHeaders: ({ identityDomain = '' }) => ({ 'x-oauth-identity-domain-name': identityDomain }),
  reauthentication: { prompt: 'login' },
  bearerUnsaid: true,
  missingSettings: ({ identityDomain }) =>
    identityDomain === undefined
      ? [{ path: 'identityDomain', expected: 'the OAuth identity domain of the client' }]
      : [],
}
