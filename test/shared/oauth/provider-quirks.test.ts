import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { personas } from '../../../infra/local/identity-provider/identity-provider-personas.ts'
import { identityProviders } from '../../../shared/oauth/identity-providers.ts'
import { ok } from '../../../shared/runtime/result.ts'
import { ada, CLIENT_SECRET, type Estate, openLink, servicesOf, settingsOf, shown, startEstate } from './estate.ts'

const identityOf = async ({ components, service }: Estate) => {
  const account = await components().requireAccount(service)
  return account.outcome === 'token' ? account.identity : undefined
}

/** The parameters that a sign-in sends to the provider. */
const authorizationParameters = async (estate: Estate, options = {}) => {
  const offered = await estate.components().requireAccount(estate.service, options)
  if (offered.outcome !== 'signIn') throw new Error(offered.outcome)
  const { authorizationUrl } = await openLink(estate.oauth, offered.linkUrl)
  return Object.fromEntries(new URL(authorizationUrl).searchParams)
}

test('every provider has a persona to be tried against', () => {
  expect(identityProviders.map(({ name }) => name).sort()).toEqual(Object.keys(personas).sort())
})

describe('OCI IAM', () => {
  test('is discovered by its host, although its issuer is another for every host', async () => {
    await using estate = await startEstate({ persona: 'oci-iam' })
    await estate.linkAccount()
    expect(await identityOf(estate)).toEqual({
      service: 'oci-iam',
      issuer: 'https://identity.oraclecloud.com/',
      subject: 'ada',
    })
  })

  test('is discovered by the full URL of its document too', async () => {
    await using estate = await startEstate({
      persona: 'oci-iam',
      settings: idp => ({ discoveryUrl: idp.addresses().discovery }),
    })
    await estate.linkAccount()
    expect(await identityOf(estate)).toMatchObject({ subject: 'ada' })
  })

  test('is asked for a refresh token by the scope offline_access', async () => {
    await using estate = await startEstate({ persona: 'oci-iam', settings: { scopes: ['openid', 'profile'] } })
    await estate.linkAccount()
    estate.clock.now += 3_600_000
    expect(await estate.components().requireAccount('oci-iam')).toMatchObject({ outcome: 'signIn' })
  })
})

describe('client authentication', () => {
  test.each([
    ['client_secret_basic', 'form-encoded', 'token'],
    ['client_secret_basic_raw', 'raw', 'token'],
    ['client_secret_post', 'form-encoded', 'token'],
    ['client_secret_basic', 'raw', 'failed'],
    ['client_secret_basic_raw', 'form-encoded', 'failed'],
  ] as const)(
    '%s, at a server that reads credentials %s: %s',
    async (clientAuthentication, basicCredentials, outcome) => {
      await using estate = await startEstate({ basicCredentials, settings: { clientAuthentication } })
      expect(await estate.components().clientCredentials('generic-client')).toMatchObject({ outcome })
    },
  )

  test.each([
    ['rsa', generateKeyPairSync('rsa', { modulusLength: 2048 })],
    ['ec', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ] as const)('private_key_jwt, with a key of kind %s', async (_, { privateKey, publicKey }) => {
    const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig' }] }
    const settings = { clientAuthentication: 'private_key_jwt', keyId: 'one' }
    await using estate = await startEstate({ clients: [{ clientId: 'app-one', jwks }], settings })
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    const token = await estate
      .anotherInstance({ resolveSecret: async () => ok(pem) })
      .forTurn(turn())
      .clientCredentials('generic-client')
    expect(token).toMatchObject({ outcome: 'token' })
  })

  test('private_key_jwt without a private key is a fault of the settings', async () => {
    await using estate = await startEstate({ settings: { clientAuthentication: 'private_key_jwt' } })
    expect(await estate.components().clientCredentials('generic-client')).toMatchObject({
      failure: { code: 'service_settings', reason: expect.stringContaining('PKCS #8') },
    })
  })

  test('reads the secret again when the provider refuses it', async () => {
    await using estate = await startEstate()
    const secrets = ['an old secret', CLIENT_SECRET]
    const oauth = estate.anotherInstance({ resolveSecret: async () => ok(secrets.shift() ?? '') })
    const { clientCredentials } = oauth.forTurn(turn())
    expect(await clientCredentials('generic-client')).toMatchObject({ failure: { error: 'invalid_client' } })
    expect(await clientCredentials('generic-client')).toMatchObject({ outcome: 'token' })
  })
})

const turn = () => ({ speaker: ada, shown, signal: AbortSignal.timeout(10_000) })

describe('Google', () => {
  test('is asked for offline access and consent, without which it gives no refresh token', async () => {
    await using estate = await startEstate({ persona: 'google' })
    expect(await authorizationParameters(estate)).toMatchObject({ access_type: 'offline', prompt: 'consent' })
  })

  test('does not repeat the refresh token: the first one stays', async () => {
    await using estate = await startEstate({ persona: 'google' })
    await estate.linkAccount()
    for (let hour = 0; hour < 3; hour += 1) {
      estate.clock.now += 3_600_000
      expect(await estate.components().requireAccount('google')).toMatchObject({ outcome: 'token' })
    }
    expect(estate.idp.calls.count('token', { grantType: 'refresh_token', status: 200 })).toBe(3)
  })

  test('answers 400 invalid_token for a token that is dead already: that is success', async () => {
    await using estate = await startEstate({ persona: 'google' })
    await estate.linkAccount()
    estate.idp.revokeAccount('ada')
    expect(await estate.components().resetTokens('google')).toEqual({ outcome: 'revoked' })
    expect(estate.idp.calls.count('revocation', { status: 400 })).toBe(2)
  })

  test('is found without any URL in the settings', async () => {
    await using estate = await startEstate({ persona: 'google', hosts: 'real', settings: { discoveryUrl: undefined } })
    await estate.linkAccount()
    expect(await identityOf(estate)).toMatchObject({ issuer: 'https://accounts.google.com', subject: 'ada' })
  })
})

describe('Microsoft', () => {
  test.each(['loopback', 'real'] as const)('signs in people of several tenants (%s hosts)', async hosts => {
    await using estate = await startEstate({ persona: 'microsoft', hosts })
    await estate.linkAccount({ account: 'ada' })
    const first = await identityOf(estate)
    await estate.components().resetTokens('microsoft')
    await estate.linkAccount({ account: 'edsger' })
    const second = await identityOf(estate)
    expect(first?.subject).toBe('72f988bf-0000-4000-8000-000000000001/aaaaaaaa-0000-4000-8000-0000000000a1')
    expect(second?.subject).toBe('9a1c2d3e-0000-4000-8000-000000000002/cccccccc-0000-4000-8000-0000000000c3')
    expect(first?.issuer).not.toBe(second?.issuer)
    expect(second?.issuer).toContain('9a1c2d3e-0000-4000-8000-000000000002')
  })

  test('knows people by tenant and object, whatever they are called now and whichever application asks', async () => {
    await using estate = await startEstate({ persona: 'microsoft' })
    await estate.linkAccount()
    const before = await identityOf(estate)
    estate.idp.renameAccount('ada', 'countess@contoso.example')
    await estate.components().resetTokens('microsoft')
    await estate.linkAccount()
    expect(await identityOf(estate)).toEqual(before)
  })

  test('cannot revoke: forgotten here, and said so', async () => {
    await using estate = await startEstate({ persona: 'microsoft' })
    await estate.linkAccount()
    expect(await estate.components().resetTokens('microsoft')).toEqual({ outcome: 'notRevocable' })
    expect(await estate.oauth.linkedAccounts(ada.user)).toEqual([])
  })
})

test('the refresh token is revoked first, then the access token (RFC 7009)', async () => {
  await using estate = await startEstate()
  await estate.linkAccount()
  const hints: string[] = []
  const oauth = estate.anotherInstance({
    fetch: (url, options) => {
      if (options.body instanceof URLSearchParams) hints.push(options.body.get('token_type_hint') ?? '')
      return estate.idp.fetch(url, options)
    },
  })
  expect(await oauth.forTurn(turn()).resetTokens('generic')).toEqual({ outcome: 'revoked' })
  expect(hints).toEqual(['refresh_token', 'access_token'])
})

describe('OAM', () => {
  test('is told the identity domain: in the query by the browser, in a header by us', async () => {
    await using estate = await startEstate({ persona: 'oam' })
    expect(await authorizationParameters(estate)).toMatchObject({ domain: 'Employees' })
    await estate.linkAccount()
    expect(await estate.components().requireAccount('oam')).toMatchObject({ outcome: 'token' })
  })
})

describe('a token response', () => {
  test.each(['JWT', 'missing'] as const)(
    'whose token_type is %s means Bearer where a provider is known for it',
    async tokenType => {
      for (const persona of ['oci-iam', 'oam', 'generic'] as const) {
        await using estate = await startEstate({ persona, tokenType })
        expect(await estate.components().clientCredentials(`${persona}-client`)).toMatchObject({ outcome: 'token' })
      }
    },
  )

  test.each(['google', 'microsoft'] as const)('whose token_type is JWT is refused from %s', async persona => {
    await using estate = await startEstate({ persona, tokenType: 'JWT' })
    expect(await estate.components().clientCredentials(`${persona}-client`)).toMatchObject({
      failure: { code: 'provider_answer' },
    })
  })
})

describe('who has signed in', () => {
  test('is read from userinfo where there is no ID token, from a claim that is a number too', async () => {
    await using estate = await startEstate()
    const answers: Record<string, unknown> = {
      '/token': { access_token: 'opaque', token_type: 'bearer', expires_in: 3600 },
      '/user': { id: 583231, login: 'octocat', name: 'Mona' },
    }
    const services = servicesOf([
      {
        ...settingsOf('generic', estate.idp),
        name: 'plain-oauth',
        discoveryUrl: undefined,
        endpoints: {
          issuer: 'https://github.example',
          authorization: 'https://github.example/authorize',
          token: 'https://github.example/token',
          userinfo: 'https://github.example/user',
        },
        scopes: ['profile'],
        subjectClaim: 'id',
      },
    ])
    const oauth = estate.anotherInstance({
      services,
      fetch: async url => Response.json(answers[new URL(url).pathname]),
    })
    const offered = await oauth.forTurn(turn()).requireAccount('plain-oauth')
    if (offered.outcome !== 'signIn') throw new Error(offered.outcome)
    const { authorizationUrl, cookie } = await openLink(oauth, offered.linkUrl)
    const sent = new URL(authorizationUrl).searchParams
    expect(sent.has('nonce')).toBe(false)
    const query = new URLSearchParams({ code: 'any', state: sent.get('state') ?? '' })
    const finished = await oauth.finishSignIn({ callback: 'plain-oauth', query, cookie })
    expect(finished).toMatchObject({ value: { signedInAs: 'M•••' } })
    const accepted = await oauth.submitCode(ada, finished.ok ? finished.value.code : '')
    expect(accepted).toMatchObject({ identity: { issuer: 'https://github.example', subject: '583231' } })
  })

  test('is read from the claim that the settings name', async () => {
    await using estate = await startEstate({ persona: 'microsoft', settings: { subjectClaim: 'oid' } })
    await estate.linkAccount()
    expect(await identityOf(estate)).toMatchObject({ subject: 'aaaaaaaa-0000-4000-8000-0000000000a1' })
  })

  test('is read from userinfo where the ID token does not have the claim', async () => {
    await using estate = await startEstate({ settings: { subjectClaim: 'given_name' } })
    await estate.linkAccount()
    expect(await identityOf(estate)).toMatchObject({ subject: 'Ada' })
    expect(estate.idp.calls.count('userinfo')).toBe(1)
  })

  test('has to be said: without the claim the sign-in fails, and what it brought is revoked', async () => {
    await using estate = await startEstate({ settings: { subjectClaim: 'employee_number' } })
    expect(await estate.signIn()).toMatchObject({ error: { code: 'user_unproven', reason: 'no_subject' } })
    await expect.poll(() => estate.idp.calls.count('revocation', { status: 200 })).toBe(2)
  })
})

describe('forced re-login', () => {
  test.each([
    ['google', { prompt: 'consent select_account' }],
    ['microsoft', { prompt: 'login' }],
    ['oci-iam', { prompt: 'login' }],
    ['oam', { prompt: 'login' }],
    ['generic', { prompt: 'consent login', max_age: '0' }],
  ] as const)('is asked of %s', async (persona, parameters) => {
    await using estate = await startEstate({ persona })
    expect(await authorizationParameters(estate, { maxAgeSeconds: 60 })).toMatchObject(parameters)
  })
})
