import * as client from 'openid-client'
import type { IdentityProvider } from '../../../../infra/local/identity-provider/identity-provider.ts'
import { testAccounts } from '../../../../infra/local/identity-provider/identity-provider-accounts.ts'

export const CALLBACK = 'http://localhost:8080/callback/service'

/** Form-encoding changes it: `-`, `+`, `:`, `%` and `/` do not stand for themselves. */
export const CLIENT_SECRET = 's3cr-et+:%2D/x'

export const registered = { clientId: 'app-one', clientSecret: CLIENT_SECRET, redirectUris: [CALLBACK] }

/** Ada's and Grace's. */
export const tenant = testAccounts[0]?.tenantId ?? ''

/** openid-client as it comes, from the provider's metadata or, where there is none, its addresses. */
export const openidClient = async (
  idp: IdentityProvider,
  options: { server?: string; clientId?: string; authentication?: client.ClientAuth } = {},
): Promise<client.Configuration> => {
  const { issuer, authorization, token, revocation, userinfo, jwks, discovery } = idp.addresses(tenant)
  const { clientId = registered.clientId, authentication = client.ClientSecretBasic(CLIENT_SECRET) } = options
  const server = options.server ?? discovery
  if (server === undefined) {
    const configuration = new client.Configuration(
      {
        issuer,
        authorization_endpoint: authorization,
        token_endpoint: token,
        ...(revocation === undefined ? {} : { revocation_endpoint: revocation }),
        ...(userinfo === undefined ? {} : { userinfo_endpoint: userinfo }),
        ...(jwks === undefined ? {} : { jwks_uri: jwks }),
      },
      clientId,
      {},
      authentication,
    )
    client.allowInsecureRequests(configuration)
    client.enableNonRepudiationChecks(configuration)
    return configuration
  }
  return client.discovery(new URL(server), clientId, {}, authentication, {
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
    [client.customFetch]: idp.fetch,
  })
}

/** An authorization request with PKCE, and what goes with it later. */
export const authorizationRequest = async (
  configuration: client.Configuration,
  parameters: Record<string, string> = {},
) => {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const checks = { pkceCodeVerifier, expectedState: client.randomState(), expectedNonce: client.randomNonce() }
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: CALLBACK,
    scope: 'openid profile email',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...parameters,
  })
  return { url, checks }
}

/** What each persona wants for a refresh token. */
export const offline = {
  generic: { scope: 'openid profile email offline_access', prompt: 'consent' },
  google: { access_type: 'offline', prompt: 'consent' },
  microsoft: { scope: 'openid profile email offline_access' },
  'oci-iam': { scope: 'openid profile email offline_access' },
  oam: {},
} as const

/** A whole sign-in: authorization request, pages, callback, code exchange. */
export const tokensFor = async (
  idp: IdentityProvider,
  configuration: client.Configuration,
  account: string,
  parameters: Record<string, string> = {},
) => {
  const { url, checks } = await authorizationRequest(configuration, parameters)
  return client.authorizationCodeGrant(configuration, await idp.signIn(url, { account }), checks)
}
