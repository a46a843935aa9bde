import assert from 'node:assert/strict'
import example from '../../../infra/authentication-services.json' with { type: 'json' }
import {
  type AuthenticationServices,
  parseAuthenticationServices,
  type ServiceProblem,
} from '../../../shared/oauth/authentication-services.ts'
import { mutateJson } from '../mutate-json.ts'
import type { FuzzTarget } from '../target.ts'

const oam = {
  name: 'oam',
  grantType: 'AUTHORIZATION_CODE',
  identityProvider: 'oam',
  identityDomain: 'Employees',
  clientId: 'app-one',
  clientSecret: 'file:/run/secret',
  clientAuthentication: 'client_secret_basic_raw',
  scopes: ['openid', 'profile'],
  subjectClaim: 'employee',
  refreshTokenRetentionDays: 30,
  endpoints: {
    issuer: 'https://oam.example/oauth2',
    authorization: 'https://oam.example/oauth2/rest/authorize',
    token: 'https://oam.example/oauth2/rest/token',
    revocation: 'https://oam.example/oauth2/rest/revoke',
    userinfo: 'https://oam.example/oauth2/rest/userinfo',
    jwks: 'https://oam.example/oauth2/rest/security',
  },
  authorizationParameters: { prompt: 'consent' },
  tokenParameters: { audience: 'orders' },
  sessionClientIds: ['mobile-app'],
}
const generic = {
  name: 'generic',
  grantType: 'AUTHORIZATION_CODE',
  identityProvider: 'generic',
  discoveryUrl: 'http://localhost:9000/.well-known/openid-configuration',
  clientId: 'app-one',
  clientSecret: 'projects/p/secrets/s/versions/latest',
  clientAuthentication: 'private_key_jwt',
  keyId: 'k1',
  scopes: [],
}

const LOOPBACK = /^https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/?]|$)/

/** No URL leads into our own network, but, in emulation, to this very machine. */
const assertServices = (services: AuthenticationServices, emulation: boolean) => {
  for (const [name, { discoveryUrl, endpoints }] of services) {
    assert.match(name, /^[a-z][a-z0-9-]*$/, 'a name that is no part of a path')
    const { issuer: _, ...called } = endpoints ?? { issuer: '' }
    for (const text of [discoveryUrl, ...Object.values<string | undefined>(called)]) {
      const url = new URL(text ?? 'https://public.example')
      const isLoopback = emulation && LOOPBACK.test(url.href)
      const isPublic = url.protocol === 'https:' && /\.[a-z][a-z0-9-]*\.?$/.test(url.hostname)
      const isInternal = /(?:^|\.)(?:localhost|local|internal)\.?$/.test(url.hostname)
      assert.ok(isLoopback || (isPublic && !isInternal), 'a URL of our own network')
    }
  }
}

/** A secret in the wrong place stays where it is. Names of fields, and where they stand, may be told. */
const assertProblems = (problems: readonly ServiceProblem[], text: string) => {
  for (const { path, expected } of problems) {
    assert.match(path, /^[\w$\-?.[\]]{0,400}$/, 'a path with other characters than names have')
    assert.ok(expected !== '' && expected.length < 2000, 'a problem without a remedy')
  }
  const [secret] = /MARKER-[a-z]+/.exec(text) ?? []
  assert.ok(
    secret === undefined || text.includes(`${secret}":`) || !JSON.stringify(problems).includes(secret),
    'a problem that shows a value',
  )
}

export const servicesFile: FuzzTarget = {
  name: 'services-file',
  promise: 'a services file names public URLs alone, and its problems show no value of it',
  maxLength: 64 * 1024,
  seeds: () =>
    [
      example,
      { services: [oam] },
      { services: [generic] },
      { services: [{ ...oam, clientSecret: 'MARKER-secret' }] },
      { services: [{ ...generic, discoveryUrl: 'https://metadata.google.internal/' }] },
      { services: [] },
    ].map(file => Buffer.from(JSON.stringify(file))),
  mutators: [mutateJson, mutateJson, mutateJson],
  words: [
    'shared/oauth/authentication-service.ts',
    'shared/oauth/authentication-services.ts',
    'shared/oauth/endpoint-url.ts',
  ],
  check(input) {
    const text = input.toString()
    const outcomes = [true, false].map(emulation => {
      const services = parseAuthenticationServices(text, { emulation })
      if (services.ok) assertServices(services.value, emulation)
      else assertProblems(services.error, text)
      return services.ok ? Math.min(services.value.size, 2) : (services.error[0]?.expected ?? 'nothing')
    })
    return outcomes.join(', ')
  },
}
