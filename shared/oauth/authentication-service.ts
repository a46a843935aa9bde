import * as z from 'zod/mini'
import { SECRET_REFERENCE, SECRET_REFERENCE_FORMS } from '../runtime/secret.ts'
import { associationConsents } from './account-link.ts'
import { ENDPOINT_URL_RULE } from './endpoint-url.ts'
import type { IdentityProvider } from './identity-provider.ts'
import { identityProviderNames } from './identity-providers.ts'

/** How a client proves to the token endpoint who it is. */
const clientAuthenticationMethods = [
  'client_secret_basic',
  'client_secret_basic_raw',
  'client_secret_post',
  'private_key_jwt',
] as const

export type ClientAuthenticationMethod = (typeof clientAuthenticationMethods)[number]

/** Letters, digits and hyphens: names become part of callback URLs and of storage keys. */
const NAME = /^[a-z][a-z0-9-]{0,39}$/

/** RFC 6749 §3.3: printable ASCII without space, quote and backslash. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/

/** What the sign-in itself sets. */
const RESERVED_PARAMETERS =
  /^(?:client_(?:id|secret|assertion|assertion_type)|redirect_uri|response_type|response_mode|scope|state|nonce|code|code_challenge|code_challenge_method|code_verifier|grant_type|refresh_token|request|request_uri)$/

/** A description is what an editor shows for the field, and what an administrator is told to have expected. */
const described = <Schema extends z.ZodMiniType>(schema: Schema, description: string) =>
  schema.check(z.describe(description))

const text = (pattern: RegExp, description: string) => described(z.string().check(z.regex(pattern)), description)

const url = (purpose: string) =>
  described(z.string().check(z.regex(/^https?:\/\/[^\s]+$/), z.maxLength(2000)), `${purpose}: ${ENDPOINT_URL_RULE}`)

const parameters = (purpose: string) =>
  described(
    z.record(
      z.string().check(
        z.regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/),
        z.refine(name => !RESERVED_PARAMETERS.test(name)),
      ),
      z.string().check(z.maxLength(1000)),
    ),
    `${purpose}: parameters by name, each a text; none that the protocol sets itself`,
  )

const endpoints = z.strictObject({
  issuer: url("The issuer, exactly as it stands in the provider's ID tokens and in the iss of its answers"),
  authorization: z.optional(url('Where users sign in')),
  token: url('Where codes and refresh tokens become access tokens'),
  revocation: z.optional(url('Where tokens are revoked (RFC 7009)')),
  userinfo: z.optional(url('Where the profile of a user is read, if there is no ID token')),
  jwks: z.optional(url("The provider's public keys, with which ID tokens are signed")),
})

/** One authentication service, as an administrator writes it. */
export const authenticationServiceSchema = z.strictObject({
  name: text(NAME, 'The name that intents use: lower-case letters, digits and hyphens, at most 40'),
  grantType: described(
    z.enum(['AUTHORIZATION_CODE', 'CLIENT_CREDENTIALS']),
    'AUTHORIZATION_CODE where users sign in, CLIENT_CREDENTIALS where the agent speaks for itself',
  ),
  identityProvider: described(
    z.enum(identityProviderNames),
    `The kind of provider, which decides defaults and habits: ${identityProviderNames.join(', ')}`,
  ),
  discoveryUrl: z.optional(
    url("The provider's issuer URL, or the full URL of its discovery document where that is at another place"),
  ),
  endpoints: z.optional(
    described(endpoints, "The provider's endpoints, where it has no discovery document or its document is wrong"),
  ),
  identityDomain: z.optional(
    text(/^[\w.-]{1,100}$/, 'oam only: the OAuth identity domain, of letters, digits, dots and hyphens'),
  ),
  clientId: text(/^[\x20-\x7e]{1,500}$/, 'The client id that the provider gave this application'),
  clientSecret: text(
    SECRET_REFERENCE,
    `A reference to the client secret, or for private_key_jwt to the private key (PKCS #8, PEM): ${SECRET_REFERENCE_FORMS}`,
  ),
  clientAuthentication: z.optional(
    described(
      z.enum(clientAuthenticationMethods),
      `How the secret is sent (client_secret_basic_raw is for servers that do not decode what RFC 6749 §2.3.1 has encoded): ${clientAuthenticationMethods.join(', ')}`,
    ),
  ),
  keyId: z.optional(
    text(/^[\x21-\x7e]{1,200}$/, 'private_key_jwt only: the key id under which the provider knows the key'),
  ),
  scopes: described(
    z.array(z.string().check(z.regex(SCOPE))).check(z.maxLength(50)),
    'The scopes to ask for, each a text without spaces; offline_access among them for refresh tokens of OCI IAM and Microsoft',
  ),
  subjectClaim: z.optional(
    text(
      /^[\w:/.-]{1,100}$/,
      "The claim that identifies a user for good, where it is not the provider's own (never an e-mail address)",
    ),
  ),
  refreshTokenRetentionDays: z._default(
    described(
      z.int().check(z.gte(1), z.lte(1100)),
      'How many days a refresh token is kept after the provider gave it: a whole number from 1 to 1100, 30 by default',
    ),
    30,
  ),
  requiresAssociationConsent: z._default(
    described(
      z.enum(associationConsents),
      'Whether a user who has signed in is asked before their channel account is linked to them: yes (by default), no, or notify: it is linked, and they are told',
    ),
    'yes',
  ),
  authorizationParameters: z._default(parameters('Sent along when a user signs in'), {}),
  tokenParameters: z._default(parameters('Sent along to the token endpoint (audience or resource, for example)'), {}),
  sessionClientIds: z._default(
    described(
      z.array(z.string().check(z.regex(/^[\x20-\x7e]{1,500}$/))).check(z.maxLength(20)),
      'Client ids of the applications whose ID tokens of this provider may be exchanged for session tokens; none by default',
    ),
    [],
  ),
})

/** One authentication service, checked. */
export type AuthenticationService = Readonly<z.output<typeof authenticationServiceSchema>> & {
  readonly provider: IdentityProvider
}

export type GrantType = AuthenticationService['grantType']
