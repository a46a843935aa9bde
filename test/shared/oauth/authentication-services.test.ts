import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { toJSONSchema } from 'zod/mini'
import {
  authenticationServicesSchema,
  parseAuthenticationServices,
} from '../../../shared/oauth/authentication-services.ts'
import type { Settings } from './estate.ts'

const infra = (file: string) => readFile(new URL(`../../../infra/${file}`, import.meta.url), 'utf8')

const google: Settings = {
  name: 'calendar',
  grantType: 'AUTHORIZATION_CODE',
  identityProvider: 'google',
  clientId: 'client-one',
  clientSecret: 'env:GOOGLE_CLIENT_SECRET',
  scopes: ['openid', 'email'],
}

const endpoints = {
  issuer: 'https://idp.example.com',
  authorization: 'https://idp.example.com/auth',
  token: 'https://idp.example.com/token',
  jwks: 'https://idp.example.com/jwks',
}

const generic: Settings = { ...google, identityProvider: 'generic', endpoints }

const parse = (services: readonly Settings[], emulation = false) =>
  parseAuthenticationServices(JSON.stringify({ services }), { emulation })

const problemsOf = (services: readonly Settings[], emulation = false) => {
  const parsed = parse(services, emulation)
  return parsed.ok ? [] : parsed.error
}

describe('the services file', () => {
  test('as it is shipped is valid', async () => {
    const parsed = parseAuthenticationServices(await infra('authentication-services.json'), { emulation: false })
    expect(parsed.ok && [...parsed.value.keys()]).toEqual(['google-calendar', 'outlook', 'orders'])
  })

  test('has a JSON Schema beside it that is generated from ours: node infra/authentication-services-schema.ts', async () => {
    const written: unknown = JSON.parse(await infra('authentication-services.schema.json'))
    expect(written).toEqual(JSON.parse(JSON.stringify(toJSONSchema(authenticationServicesSchema, { io: 'input' }))))
  })

  test('needs no more than what differs from the defaults', () => {
    const parsed = parse([google])
    expect(parsed.ok && parsed.value.get('calendar')).toMatchObject({
      refreshTokenRetentionDays: 30,
      authorizationParameters: {},
      sessionClientIds: [],
      provider: { name: 'google', clientAuthentication: 'client_secret_post' },
    })
  })

  test('is told every problem at once, each with its place and what was expected', () => {
    const problems = problemsOf([
      { ...google, name: 'Calendar!', scopes: 'openid', refreshTokenRetentionDays: 0 },
      { ...google, name: 'other', clientSecret: 'GOCSPX-a-secret-in-the-wrong-place', retention: 3 },
      { name: 'third' },
    ])
    expect(problems.map(({ path, problem }) => `${path} ${problem}`)).toEqual([
      'services[0].name invalid',
      'services[0].scopes invalid',
      'services[0].refreshTokenRetentionDays invalid',
      'services[1].clientSecret invalid',
      'services[1].retention unknown',
      'services[2].grantType missing',
      'services[2].identityProvider missing',
      'services[2].clientId missing',
      'services[2].clientSecret missing',
      'services[2].scopes missing',
    ])
    for (const { expected } of problems) expect(expected.length).toBeGreaterThan(20)
    expect(problems).toContainEqual({
      path: 'services[0].refreshTokenRetentionDays',
      problem: 'invalid',
      expected: expect.stringContaining('from 1 to 1100'),
    })
    expect(JSON.stringify(problems)).not.toContain('GOCSPX')
  })

  test.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['no services', '{}'],
    ['null', 'null'],
    ['a prototype', '{"__proto__": {"services": []}}'],
  ])('that holds %s is refused', (_, text) => {
    expect(parseAuthenticationServices(text, { emulation: false }).ok).toBe(false)
  })

  test.each<[string, string, Settings]>([
    ['a provider nobody knows', 'identityProvider', { ...google, identityProvider: 'facebook' }],
    ['a grant type nobody knows', 'grantType', { ...google, grantType: 'PASSWORD' }],
    ['no way to find the provider', 'discoveryUrl', { ...google, identityProvider: 'generic' }],
    ['two ways to find the provider', 'endpoints', { ...generic, discoveryUrl: 'https://idp.example.com' }],
    [
      'a private endpoint',
      'endpoints.token',
      { ...generic, endpoints: { ...endpoints, token: 'https://10.1.2.3/token' } },
    ],
    ['the metadata server', 'discoveryUrl', { ...google, discoveryUrl: 'https://metadata.google.internal/' }],
    ['plain http', 'discoveryUrl', { ...google, discoveryUrl: 'http://accounts.google.com' }],
    ['loopback on Cloud Run', 'discoveryUrl', { ...google, discoveryUrl: 'http://127.0.0.1:4000' }],
    [
      'users to sign in nowhere',
      'endpoints.authorization',
      { ...generic, endpoints: { ...endpoints, authorization: undefined } },
    ],
    [
      'ID tokens that nobody can verify',
      'endpoints.jwks',
      { ...generic, endpoints: { ...endpoints, jwks: undefined } },
    ],
    ['nothing that tells the user', 'endpoints.userinfo', { ...generic, scopes: ['read'] }],
    ['no ID token', 'scopes', { ...google, scopes: ['email'] }],
    [
      'no oid in the ID token',
      'scopes',
      { ...google, identityProvider: 'microsoft', discoveryUrl: 'https://login.microsoftonline.com/common/v2.0' },
    ],
    [
      "Microsoft's document instead of its issuer",
      'discoveryUrl',
      {
        ...google,
        scopes: ['openid', 'profile'],
        identityProvider: 'microsoft',
        discoveryUrl: 'https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration',
      },
    ],
    ['an OAM server without its domain', 'identityDomain', { ...generic, identityProvider: 'oam' }],
    ['a domain where there are none', 'identityDomain', { ...google, identityDomain: 'Employees' }],
    ['people known by their e-mail address', 'subjectClaim', { ...google, subjectClaim: 'email' }],
    [
      'a parameter that the protocol sets',
      'authorizationParameters.state',
      { ...google, authorizationParameters: { state: 'fixed' } },
    ],
    ['a parameter of a bad name', 'tokenParameters.__proto', { ...google, tokenParameters: { __proto: 'x' } }],
    ['a scope with a space', 'scopes[0]', { ...google, scopes: ['openid email'] }],
  ])('is refused with %s', (_, path, service) => {
    const problems = problemsOf([service])
    expect(problems.map(problem => problem.path)).toContain(`services[0].${path}`)
  })

  test('accepts loopback in emulation', () => {
    expect(problemsOf([{ ...google, discoveryUrl: 'http://127.0.0.1:4000' }], true)).toEqual([])
  })

  test('is refused when two services share a name', () => {
    expect(problemsOf([google, google])).toMatchObject([{ path: 'services[1].name', problem: 'invalid' }])
  })

  test('lets no long or odd name of a setting into a message', () => {
    const [problem] = problemsOf([{ ...google, [`${'x'.repeat(500)}\n`]: 1 }])
    expect(problem?.path).toBe(`services[0].${'x'.repeat(60)}`)
  })
})
