import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client'
import type { JsonObject, JsonValue } from '../runtime/json.ts'
import type { AuthenticationService } from './authentication-service.ts'
import type { ProviderClient } from './provider-clients.ts'
import { attempt, ProviderFailureError } from './provider-failure.ts'

/** A subject is at most 255 characters (OpenID Connect Core §2); Microsoft's consists of two GUIDs. */
const MAX_SUBJECT_LENGTH = 255

/** What identifies a user for good at a service, from claims that are verified. */
export const subjectOf = (
  { subjectClaim, provider }: AuthenticationService,
  claims: JsonObject,
): string | undefined => {
  const subject =
    subjectClaim === undefined && provider.subject !== undefined
      ? provider.subject(claims)
      : textOf(claims[subjectClaim ?? 'sub'])
  return subject !== undefined && subject.length <= MAX_SUBJECT_LENGTH ? subject : undefined
}

const textOf = (claim: JsonValue | undefined): string | undefined =>
  typeof claim === 'string' && claim !== '' ? claim : Number.isSafeInteger(claim) ? String(claim) : undefined

/** A token response that openid-client has verified, its ID token included. */
export type TokenResponse = TokenEndpointResponse & TokenEndpointResponseHelpers

/** What is said of whoever has signed in: by the ID token, and by userinfo where that leaves open who it is or what to call them. */
export const readClaims = async (
  client: ProviderClient,
  service: AuthenticationService,
  tokens: TokenResponse,
): Promise<{ readonly claims: JsonObject; readonly issuer: string }> => {
  const { userinfo_endpoint: url, issuer } = client.configuration.serverMetadata()
  const idToken = tokens.claims()
  const claims = idToken === undefined ? {} : jsonOf(idToken)
  // Of several tenants' metadata, only the token has the issuer itself.
  const read = { claims, issuer: idToken?.iss ?? issuer }
  const isKnown = subjectOf(service, claims) !== undefined
  const isNamed = maskedAccountOf(claims) !== undefined || !NAMING_SCOPES.some(scope => service.scopes.includes(scope))
  if (url === undefined || (isKnown && isNamed)) return read
  const more = await attempt(() => readUserinfo(client, new URL(url), tokens.access_token, idToken?.sub))
  if (more.ok) return { ...read, claims: { ...more.value, ...claims } }
  if (isKnown) return read
  throw new ProviderFailureError(more.error)
}

/** OpenID Connect Core §5.4: with these, a provider is asked for a name. */
const NAMING_SCOPES = ['profile', 'email']

const readUserinfo = async (
  { library, configuration }: ProviderClient,
  url: URL,
  accessToken: string,
  subject: string | undefined,
): Promise<JsonObject> => {
  // OpenID Connect Core §5.3.2: openid-client compares its `sub` with that of the ID token.
  if (subject !== undefined) return jsonOf(await library.fetchUserInfo(configuration, accessToken, subject))
  // Not OpenID Connect: any JSON will do, `subjectClaim` knows where to look.
  const response = await library.fetchProtectedResource(configuration, accessToken, url, 'GET')
  if (response.status !== 200) throw new ProviderFailureError({ code: 'provider_status', status: response.status })
  return jsonOf(await response.json())
}

const jsonOf = (value: unknown): JsonObject => {
  const json: unknown = JSON.parse(JSON.stringify(value))
  return isObject(json) ? json : {}
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** OpenID Connect Core §5.1: what may be shown to the user, or stored for the session. */
const PROFILE_CLAIMS = [
  'name',
  'given_name',
  'family_name',
  'email',
  'email_verified',
  'preferred_username',
  'locale',
  'zoneinfo',
]
const MAX_CLAIM_LENGTH = 500

export const profileOf = (claims: JsonObject): JsonObject =>
  Object.fromEntries(
    PROFILE_CLAIMS.flatMap(name => {
      const claim = claims[name]
      const isShort = typeof claim === 'string' && claim.length <= MAX_CLAIM_LENGTH
      return claim !== undefined && (isShort || typeof claim === 'boolean') ? [[name, claim]] : []
    }),
  )

/** The account as its owner recognises it and others do not: `a•••@example.com`. */
export const maskedAccountOf = (profile: JsonObject): string | undefined => {
  const account = textOf(profile.email) ?? textOf(profile.preferred_username) ?? textOf(profile.name)
  if (account === undefined) return undefined
  const [first = ''] = account
  const at = account.lastIndexOf('@')
  return `${first}•••${at > 0 ? account.slice(at) : ''}`
}
