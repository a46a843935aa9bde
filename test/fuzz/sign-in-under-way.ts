import assert from 'node:assert/strict'
import { parseAuthenticationServices } from '../../shared/oauth/authentication-services.ts'
import { readBindingCookie } from '../../shared/oauth/binding-cookie.ts'
import { createOAuth, type OAuth, type TurnComponents } from '../../shared/oauth/oauth.ts'
import { signInKey, signIns } from '../../shared/oauth/sign-in-record.ts'
import type { Speaker } from '../../shared/oauth/speaker.ts'
import type { Log } from '../../shared/runtime/log.ts'
import { ok } from '../../shared/runtime/result.ts'
import { parseKeyring } from '../../shared/storage/keyring.ts'
import { sqliteStore } from '../../shared/storage/sqlite-store.ts'
import { clock } from './genuine.ts'

export const BASE_URL = 'https://auth.example'

/** A sign-in whose browser is at the provider, until somebody brings an answer that counts. */
export type SignInUnderWay = {
  readonly state: string
  readonly cookie: string
  /** Whether it waits still. */
  isWaiting(): Promise<boolean>
}

const speaker: Speaker = { user: 'slack:T1:ada', sender: 'slack:T1:ada', conversation: 'c1' }
const shown = { agent: 'Travel desk', channel: 'Slack', account: 'a•••', language: 'en' }

const parsed = parseAuthenticationServices(
  JSON.stringify({
    services: [
      {
        name: 'generic',
        grantType: 'AUTHORIZATION_CODE',
        identityProvider: 'generic',
        clientId: 'app-one',
        clientSecret: 'env:SECRET',
        scopes: ['openid'],
        endpoints: {
          issuer: 'https://idp.example',
          authorization: 'https://idp.example/authorize',
          token: 'https://idp.example/token',
          jwks: 'https://idp.example/keys',
        },
      },
    ],
  }),
  { emulation: false },
)
assert.ok(parsed.ok)
export const services = parsed.value

const keyring = parseKeyring(JSON.stringify({ active: 'one', keys: { one: Buffer.alloc(32, 'k').toString('base64') } }))
assert.ok(keyring.ok)

/** What the conversation asks for: an account at a service, whose code is exchanged here, or a code for its own handler. */
export type Wanted = 'account' | 'code'

const ask = (components: TurnComponents, wanted: Wanted) =>
  wanted === 'account'
    ? components.requireAccount('generic')
    : components.authorizationCode({
        name: 'crm',
        authorizationUrl: 'https://crm.example/authorize',
        issuer: 'https://crm.example',
        clientId: 'app-two',
        scopes: [],
      })

/** Sign-ins over one store, with a provider that refuses every code. */
export const createSignIns = (log: Log) => {
  const store = sqliteStore(':memory:', { clock })
  const oauth: OAuth = createOAuth({
    services,
    store,
    keyring: keyring.value,
    clock,
    log,
    baseUrl: BASE_URL,
    resolveSecret: async () => ok('secret'),
    emulation: false,
    fetch: async () => Response.json({ error: 'invalid_grant' }, { status: 400 }),
  })

  const begin = async (wanted: Wanted): Promise<SignInUnderWay> => {
    const mine = { ...speaker, conversation: wanted }
    const key = signInKey(mine)
    await store.transact(async transaction => transaction.delete(signIns, key))
    const components = oauth.forTurn({ speaker: mine, shown, signal: AbortSignal.timeout(60_000) })
    const offered = await ask(components, wanted)
    assert.ok(offered.outcome === 'signIn')
    const started = await oauth.startSignIn({
      link: offered.linkUrl.slice(offered.linkUrl.lastIndexOf('/') + 1),
      cookie: undefined,
    })
    assert.ok(started.ok)
    const { authorizationUrl, setCookie } = started.value
    const version = (await store.get(signIns, key))?.version
    return {
      state: new URL(authorizationUrl).searchParams.get('state') ?? '',
      cookie: readBindingCookie(setCookie.split(';')[0]) ?? '',
      isWaiting: async () => (await store.get(signIns, key))?.version === version,
    }
  }
  return { oauth, begin }
}
