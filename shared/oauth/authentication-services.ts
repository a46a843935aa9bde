import * as z from 'zod/mini'
import { fail, ok, type Result } from '../runtime/result.ts'
import { type AuthenticationService, authenticationServiceSchema } from './authentication-service.ts'
import { ENDPOINT_URL_RULE, isEndpointUrl } from './endpoint-url.ts'
import { expectedAt } from './expected-at.ts'
import { identityProviders } from './identity-providers.ts'

/** The services by name. */
export type AuthenticationServices = ReadonlyMap<string, AuthenticationService>

/** One thing that is wrong with the services file. It never holds the value: a secret may have been put there by mistake. */
export type ServiceProblem = {
  /** Where, `services[1].scopes` for example. */
  readonly path: string
  readonly problem: 'missing' | 'unknown' | 'invalid'
  readonly expected: string
}

/** The file as a whole: `infra/authentication-services.json`. Its JSON Schema lies beside it. */
export const authenticationServicesSchema = z.strictObject({
  $schema: z.optional(z.string().check(z.describe('Lets an editor complete and check this file'))),
  services: z
    .array(authenticationServiceSchema)
    .check(z.maxLength(100), z.describe('The authentication services, each under a name of its own, at most 100')),
})

/**
 * Reads the services file; every problem at once.
 *
 * @param emulation accepts loopback URLs. Never on Cloud Run, where `K_SERVICE` is set.
 */
export const parseAuthenticationServices = (
  json: string,
  { emulation }: { readonly emulation: boolean },
): Result<AuthenticationServices, readonly ServiceProblem[]> => {
  let file: unknown
  try {
    file = JSON.parse(json)
  } catch {
    return fail([{ path: '', problem: 'invalid', expected: 'a JSON document' }])
  }
  const parsed = authenticationServicesSchema.safeParse(file)
  if (!parsed.success) return fail(parsed.error.issues.flatMap(issue => problemsOf(issue, file)))

  const problems: ServiceProblem[] = []
  const services = new Map<string, AuthenticationService>()
  for (const [index, settings] of parsed.data.services.entries()) {
    const provider = identityProviders.find(({ name }) => name === settings.identityProvider)
    if (provider === undefined) continue // The schema lets no other name through.
    const service = { ...settings, provider }
    for (const found of contradictions(service, emulation)) {
      problems.push({ ...found, path: `services[${index}].${found.path}` })
    }
    if (services.has(service.name)) {
      problems.push({
        path: `services[${index}].name`,
        problem: 'invalid',
        expected: 'a name that no other service has',
      })
    }
    services.set(service.name, service)
  }
  return problems.length > 0 ? fail(problems) : ok(services)
}

const problemsOf = (issue: z.core.$ZodIssue, file: unknown): readonly ServiceProblem[] => {
  const path = issue.path.map(part => (typeof part === 'symbol' ? '' : part))
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({
      path: pathText([...path, key]),
      problem: 'unknown',
      expected: `one of ${Object.keys(expectedAt(authenticationServicesSchema, path).properties ?? {}).join(', ')}`,
    }))
  }
  const expected = expectedAt(authenticationServicesSchema, path).description ?? 'what the JSON Schema says'
  return [{ path: pathText(path), problem: isAbsent(file, path) ? 'missing' : 'invalid', expected }]
}

/** Names come from the file: cut, so that nothing long or odd gets into a log. */
const pathText = (path: readonly (string | number)[]): string =>
  path
    .map(part => (typeof part === 'number' ? `[${part}]` : `.${part.slice(0, 60).replace(/[^\w$-]/g, '?')}`))
    .join('')
    .replace(/^\./, '')

const isAbsent = (value: unknown, [part, ...rest]: readonly (string | number)[]): boolean => {
  if (part === undefined) return value === undefined
  return (
    typeof value === 'object' &&
    value !== null &&
    isAbsent(Object.entries(value).find(([key]) => key === String(part))?.[1], rest)
  )
}

/** What no setting can tell by itself. */
const contradictions = (service: AuthenticationService, emulation: boolean): readonly ServiceProblem[] => {
  const { provider, endpoints, grantType } = service
  const problems: ServiceProblem[] = []
  const add = (path: string, problem: ServiceProblem['problem'], expected: string) =>
    problems.push({ path, problem, expected })

  const urls = { discoveryUrl: service.discoveryUrl, ...prefixed('endpoints.', withoutIssuer(endpoints)) }
  for (const [path, url] of Object.entries(urls)) {
    if (url !== undefined && !isEndpointUrl(url, emulation)) add(path, 'invalid', ENDPOINT_URL_RULE)
  }

  if (service.discoveryUrl === undefined && endpoints === undefined && provider.discoveryUrl === undefined) {
    add('discoveryUrl', 'missing', `the provider's issuer or discovery URL, or else endpoints`)
  }
  if (service.discoveryUrl !== undefined && endpoints !== undefined) {
    add('endpoints', 'invalid', 'nothing beside discoveryUrl')
  }
  if (endpoints !== undefined && grantType === 'AUTHORIZATION_CODE') {
    if (endpoints.authorization === undefined) add('endpoints.authorization', 'missing', 'where users sign in')
    const tellsUser = service.scopes.includes('openid') ? endpoints.jwks : endpoints.userinfo
    const needed = service.scopes.includes('openid') ? 'jwks' : 'userinfo'
    if (tellsUser === undefined)
      add(`endpoints.${needed}`, 'missing', 'a URL: without, nobody can tell who the user is')
  }
  if (service.subjectClaim !== undefined && MUTABLE_CLAIMS.has(service.subjectClaim)) {
    add('subjectClaim', 'invalid', 'a claim that stays the same for good; addresses and names change hands')
  }
  if (service.identityDomain !== undefined && provider.name !== 'oam') {
    add('identityDomain', 'invalid', 'nothing: only oam has identity domains')
  }
  for (const { path, expected } of provider.missingSettings?.(service) ?? []) add(path, 'missing', expected)
  return problems
}

const MUTABLE_CLAIMS = new Set([
  'email',
  'preferred_username',
  'upn',
  'unique_name',
  'name',
  'nickname',
  'phone_number',
])

/** An issuer is compared, never called. */
const withoutIssuer = ({ issuer: _, ...urls }: Partial<NonNullable<AuthenticationService['endpoints']>> = {}) => urls

const prefixed = (prefix: string, record: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [prefix + key, value]))
