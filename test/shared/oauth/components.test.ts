import { describe, expect, test } from 'vitest'
import { type PersonaName, personas } from '../../../infra/local/identity-provider/identity-provider-personas.ts'
import { ada, type Estate, linkIdOf, openLink, startEstate } from './estate.ts'

const HOUR_MS = 3_600_000

const personaNames = Object.keys(personas).filter((name): name is PersonaName => name in personas)

const authorizationRequest = ({ idp }: Estate) => ({
  name: 'crm',
  authorizationUrl: idp.addresses().authorization,
  clientId: 'app-one',
  scopes: ['openid'],
  parameters: { domain: 'Employees' },
})

/** Goes to the provider and back with the handler's own authorization request. */
const authorize = async (estate: Estate, decision: 'accept' | 'refuse') => {
  const offered = await estate.components().authorizationCode(authorizationRequest(estate))
  if (offered.outcome !== 'signIn') throw new Error(offered.outcome)
  const browser = await openLink(estate.oauth, offered.linkUrl)
  const back = await estate.idp.signIn(browser.authorizationUrl, { account: 'ada', decision })
  return estate.oauth.finishSignIn({ callback: '~crm', query: back.searchParams, cookie: browser.cookie })
}

/** What is done with a component, and how it comes out. */
const scenes: readonly (readonly [string, (estate: Estate) => Promise<string>])[] = [
  [
    'client credentials: a token',
    async ({ components, service }) => (await components().clientCredentials(`${service}-client`)).outcome,
  ],
  [
    'client credentials: the provider is down',
    async ({ components, service, idp }) => {
      idp.faults.set('token', { kind: 'down' })
      return (await components().clientCredentials(`${service}-client`)).outcome
    },
  ],
  [
    'account link: not signed in',
    async ({ components, service }) => (await components().requireAccount(service)).outcome,
  ],
  [
    'account link: signed in',
    async ({ components, service, linkAccount }) => {
      await linkAccount()
      return (await components().requireAccount(service)).outcome
    },
  ],
  [
    'account link: the access token has expired',
    async ({ components, service, linkAccount, clock }) => {
      await linkAccount()
      clock.now += HOUR_MS
      return (await components().requireAccount(service)).outcome
    },
  ],
  [
    'account link: the user has taken back their consent',
    async ({ components, service, linkAccount, clock, idp }) => {
      await linkAccount()
      idp.revokeAccount('ada')
      clock.now += HOUR_MS
      return (await components().requireAccount(service)).outcome
    },
  ],
  [
    'account link: the user declines',
    async ({ components, service, signIn }) => {
      const finished = await signIn({ decision: 'refuse' })
      const said = await components().requireAccount(service)
      return `${finished.ok ? 'ok' : finished.error.code}, then ${said.outcome}`
    },
  ],
  [
    'account link: the provider fails',
    async ({ components, service, signIn, idp }) => {
      idp.faults.set('token', { kind: 'status', status: 500 })
      const finished = await signIn()
      const said = await components().requireAccount(service)
      return `${finished.ok ? 'ok' : finished.error.code}, then ${said.outcome}`
    },
  ],
  [
    'account link: text instead of the code',
    async ({ components, service, signIn, oauth }) => {
      await signIn()
      const submitted = await oauth.submitCode(ada, 'what code?')
      return `${submitted.outcome}, then ${(await components().requireAccount(service)).outcome}`
    },
  ],
  [
    'account link: forced re-login',
    async ({ components, service, linkAccount, clock }) => {
      await linkAccount()
      clock.now += 10 * 60_000
      return (await components().requireAccount(service, { maxAgeSeconds: 60 })).outcome
    },
  ],
  [
    'reset: signed in',
    async ({ components, service, linkAccount, idp }) => {
      await linkAccount()
      const token = await components().requireAccount(service)
      const reset = await components().resetTokens(service)
      const alive = token.outcome === 'token' && (await idp.introspect(token.accessToken)) !== undefined
      const after = await components().requireAccount(service)
      return `${reset.outcome}, token ${alive ? 'alive' : 'dead'}, then ${after.outcome}`
    },
  ],
  [
    'reset: the provider is down',
    async ({ components, service, linkAccount, idp }) => {
      await linkAccount()
      idp.faults.set('revocation', { kind: 'down' })
      const reset = await components().resetTokens(service)
      return `${reset.outcome}, then ${(await components().requireAccount(service)).outcome}`
    },
  ],
  ['reset: not signed in', async ({ components, service }) => (await components().resetTokens(service)).outcome],
  [
    'authorization code: delivered',
    async estate => {
      const finished = await authorize(estate, 'accept')
      if (!finished.ok) return finished.error.code
      const submitted = await estate.oauth.submitCode(ada, finished.value.code)
      const first = await estate.components().authorizationCode(authorizationRequest(estate))
      const second = await estate.components().authorizationCode(authorizationRequest(estate))
      return `${submitted.outcome}, ${first.outcome}, then ${second.outcome}`
    },
  ],
  [
    'authorization code: the user declines',
    async estate => {
      const finished = await authorize(estate, 'refuse')
      const said = await estate.components().authorizationCode(authorizationRequest(estate))
      return `${finished.ok ? 'ok' : finished.error.code}, then ${said.outcome}`
    },
  ],
]

const everywhere = {
  'client credentials: a token': 'token',
  'client credentials: the provider is down': 'failed',
  'account link: not signed in': 'signIn',
  'account link: signed in': 'token',
  'account link: the access token has expired': 'token',
  'account link: the user has taken back their consent': 'signIn',
  'account link: the user declines': 'declined, then cancelled',
  'account link: the provider fails': 'provider_failed, then failed',
  'account link: text instead of the code': 'none, then textReceived',
  'account link: forced re-login': 'signIn',
  'reset: signed in': 'revoked, token dead, then signIn',
  'reset: the provider is down': 'pending, then signIn',
  'reset: not signed in': 'nothing',
  'authorization code: delivered': 'accepted, code, then signIn',
  'authorization code: the user declines': 'declined, then cancelled',
}

/** Each provider × each component. */
const outcomes: Readonly<Record<PersonaName, typeof everywhere>> = {
  generic: everywhere,
  google: everywhere,
  'oci-iam': everywhere,
  oam: everywhere,
  microsoft: {
    ...everywhere,
    'reset: signed in': 'notRevocable, token alive, then signIn',
    'reset: the provider is down': 'notRevocable, then signIn',
  },
}

describe.each(personaNames)('at %s', persona => {
  test.each(scenes)('%s', async (scene, play) => {
    await using estate = await startEstate({ persona })
    expect({ [scene]: await play(estate) }).toEqual({ [scene]: { ...outcomes[persona] }[scene] })
  })
})

describe('the components', () => {
  test('say which service is unknown, or of the other kind', async () => {
    await using estate = await startEstate()
    const { clientCredentials, requireAccount, resetTokens } = estate.components()
    expect(await requireAccount('calender')).toEqual({
      outcome: 'failed',
      failure: { code: 'service_unknown', service: 'calender' },
    })
    expect(await clientCredentials('generic')).toEqual({
      outcome: 'failed',
      failure: { code: 'service_grant_type', service: 'generic', expected: 'CLIENT_CREDENTIALS' },
    })
    expect(await resetTokens('generic-client')).toMatchObject({ failure: { code: 'service_grant_type' } })
  })

  test.each([
    ['a name that is a path', { name: '../google' }, 'name'],
    ['a private address', { authorizationUrl: 'https://10.0.0.1/authorize' }, 'authorizationUrl'],
  ])('refuse an authorization request with %s', async (_, change, field) => {
    await using estate = await startEstate()
    const outcome = await estate.components().authorizationCode({ ...authorizationRequest(estate), ...change })
    expect(outcome).toMatchObject({ outcome: 'failed', failure: { code: 'request_invalid' } })
    expect(JSON.stringify(outcome)).toContain(`${field}: expected`)
  })

  test('deliver an authorization code with all that is needed to exchange it', async () => {
    await using estate = await startEstate()
    const request = { ...authorizationRequest(estate), issuer: estate.idp.addresses().issuer }
    const offered = await estate.components().authorizationCode(request)
    if (offered.outcome !== 'signIn') throw new Error(offered.outcome)
    const browser = await openLink(estate.oauth, offered.linkUrl)
    const back = await estate.idp.signIn(browser.authorizationUrl, { account: 'ada' })
    const finished = await estate.oauth.finishSignIn({
      callback: '~crm',
      query: back.searchParams,
      cookie: browser.cookie,
    })
    await estate.oauth.submitCode(ada, finished.ok ? finished.value.code : '')
    const delivered = await estate.components().authorizationCode(request)
    expect(delivered).toEqual({
      outcome: 'code',
      code: back.searchParams.get('code'),
      redirectUri: 'https://auth.example.com/callback/~crm',
      codeVerifier: expect.stringMatching(/^[\w-]{43}$/),
      issuer: request.issuer,
    })
    if (delivered.outcome !== 'code') return
    const response = await fetch(estate.idp.addresses().token, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`app-one:${encodeURIComponent('s3cr-et+:%2D/x')}`)}` },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        code: delivered.code,
        redirect_uri: delivered.redirectUri,
        code_verifier: delivered.codeVerifier,
      }),
    })
    expect(response.status).toBe(200)
  })

  test('give a new link each time, and only the last one works', async () => {
    await using estate = await startEstate()
    const [first, second] = [
      await estate.components().requireAccount('generic'),
      await estate.components().requireAccount('generic'),
    ]
    if (first.outcome !== 'signIn' || second.outcome !== 'signIn') throw new Error('no sign-in')
    expect(first.linkUrl).toMatch(/^https:\/\/auth\.example\.com\/link\/[\w-]{22}$/)
    expect(await estate.oauth.viewSignIn(linkIdOf(first.linkUrl))).toMatchObject({ error: { code: 'link_unknown' } })
    expect(await estate.oauth.viewSignIn(linkIdOf(second.linkUrl))).toMatchObject({ ok: true })
  })
})
