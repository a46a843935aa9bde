import { randomBytes } from 'node:crypto'
import {
  type IdentityProvider,
  type IdentityProviderOptions,
  startIdentityProvider,
} from '../../../infra/local/identity-provider/identity-provider.ts'
import type { PersonaName } from '../../../infra/local/identity-provider/identity-provider-personas.ts'
import type { CookieJar } from '../../../infra/local/identity-provider/identity-provider-sign-in.ts'
import type { AuthenticationServices } from '../../../shared/oauth/authentication-services.ts'
import { readBindingCookie } from '../../../shared/oauth/binding-cookie.ts'
import { createOAuth, type OAuth, type OAuthOptions, type TurnComponents } from '../../../shared/oauth/oauth.ts'
import type { AccountOptions } from '../../../shared/oauth/require-account.ts'
import type { Speaker } from '../../../shared/oauth/speaker.ts'
import type { JsonValue } from '../../../shared/runtime/json.ts'
import type { Log } from '../../../shared/runtime/log.ts'
import { ok } from '../../../shared/runtime/result.ts'
import { type Keyring, parseKeyring } from '../../../shared/storage/keyring.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import type { Store } from '../../../shared/storage/store.ts'
import { ada, BASE_URL, CLIENT_SECRET, type Settings, servicesOf, shown } from './fixtures.ts'

/** How an administrator would write each persona's service. */
export const settingsOf = (persona: PersonaName, idp: IdentityProvider): Settings => {
  const { issuer, authorization, token, revocation, userinfo, jwks, discovery } = idp.addresses()
  const common = {
    name: persona,
    grantType: 'AUTHORIZATION_CODE',
    identityProvider: persona,
    clientId: 'app-one',
    clientSecret: 'env:SECRET',
  }
  switch (persona) {
    case 'google':
      return { ...common, scopes: ['openid', 'email', 'profile'], discoveryUrl: discovery }
    case 'microsoft':
      return {
        ...common,
        scopes: ['openid', 'profile', 'email', 'offline_access'],
        discoveryUrl: discovery?.replace(/\/\.well-known.*/, ''),
      }
    case 'oci-iam':
      return {
        ...common,
        scopes: ['openid', 'profile', 'offline_access'],
        discoveryUrl: new URL(discovery ?? '').origin,
      }
    case 'oam':
      return {
        ...common,
        scopes: ['openid', 'profile'],
        identityDomain: 'Employees',
        endpoints: { issuer, authorization, token, revocation, userinfo, jwks },
      }
    case 'generic':
      return {
        ...common,
        scopes: ['openid', 'profile', 'email', 'offline_access'],
        discoveryUrl: issuer,
        authorizationParameters: { prompt: 'consent' },
      }
  }
}

/** The settings of the same client speaking for itself. */
export const forClientCredentials = (
  { authorizationParameters: _, ...settings }: Settings,
  persona: PersonaName,
): Settings => ({
  ...settings,
  name: `${persona}-client`,
  grantType: 'CLIENT_CREDENTIALS',
  scopes: persona === 'oam' || persona === 'oci-iam' || persona === 'generic' ? ['orders.read'] : [],
})

export const newKeyring = (): Keyring => {
  const keyring = parseKeyring(JSON.stringify({ active: 'one', keys: { one: randomBytes(32).toString('base64') } }))
  if (!keyring.ok) throw new Error('a keyring that does not parse')
  return keyring.value
}

export { ada, BASE_URL, CLIENT_SECRET, mallory, type Settings, servicesOf, shown } from './fixtures.ts'

export type EstateOptions = Partial<IdentityProviderOptions> & {
  readonly persona?: PersonaName
  /** Laid over the persona's settings. */
  readonly settings?: Settings | ((idp: IdentityProvider) => Settings)
  readonly store?: Store
  readonly keyring?: Keyring
  readonly clock?: { now: number }
}

/** An identity provider, a store, and this room between them. */
export type Estate = AsyncDisposable & {
  readonly idp: IdentityProvider
  readonly oauth: OAuth
  readonly store: Store
  readonly keyring: Keyring
  readonly services: AuthenticationServices
  /** The service's name. */
  readonly service: string
  readonly clock: { now: number }
  /** Every log entry, as text. */
  readonly logged: string[]
  /** Another instance of the function: the same store, nothing else in common. */
  anotherInstance(other?: Partial<OAuthOptions>): OAuth
  components(
    speaker?: Speaker,
    more?: { readonly interrupted?: JsonValue; readonly signal?: AbortSignal },
  ): TurnComponents
  signIn(options?: SignInSteps): Promise<Awaited<ReturnType<OAuth['finishSignIn']>>>
  /** The whole way, the code included. */
  linkAccount(options?: SignInSteps): Promise<void>
}

export type SignInSteps = {
  readonly speaker?: Speaker
  readonly account?: string
  readonly decision?: 'accept' | 'refuse'
  readonly cookies?: CookieJar
  /** Of `requireAccount`. */
  readonly options?: AccountOptions
}

export const startEstate = async (options: EstateOptions = {}): Promise<Estate> => {
  const { persona = 'generic', settings = {}, clock = { now: Date.now() }, keyring = newKeyring(), ...others } = options
  const { store = sqliteStore(':memory:', { clock: () => clock.now }), ...provider } = others
  const idp = await startIdentityProvider({
    persona,
    clients: [
      {
        clientId: 'app-one',
        clientSecret: CLIENT_SECRET,
        redirectUris: [`${BASE_URL}/callback/${persona}`, `${BASE_URL}/callback/~crm`],
      },
    ],
    ...(persona === 'oam' && { identityDomain: 'Employees', basicCredentials: 'raw' }),
    ...provider,
  })
  const logged: string[] = []
  const log: Log = (...entry) => void logged.push(JSON.stringify(entry))
  const userSettings = { ...settingsOf(persona, idp), ...(typeof settings === 'function' ? settings(idp) : settings) }
  const services = servicesOf([userSettings, forClientCredentials(userSettings, persona)])
  const anotherInstance = (other: Partial<OAuthOptions> = {}) =>
    createOAuth({
      services,
      store,
      keyring,
      clock: () => clock.now,
      log,
      baseUrl: BASE_URL,
      emulation: true,
      fetch: idp.fetch,
      resolveSecret: async () => ok(CLIENT_SECRET),
      ...other,
    })
  const oauth = anotherInstance()

  const components: Estate['components'] = (speaker = ada, { signal = AbortSignal.timeout(30_000), ...more } = {}) =>
    oauth.forTurn({ speaker, shown, signal, ...more })

  const signIn = async ({ speaker = ada, account = 'ada', options, ...how }: SignInSteps = {}) => {
    const asking = components(speaker, { interrupted: { text: 'my next meeting' } })
    const offered = await asking.requireAccount(persona, options)
    if (offered.outcome !== 'signIn') throw new Error(`expected a sign-in, got ${JSON.stringify(offered)}`)
    const browser = await openLink(oauth, offered.linkUrl)
    const back = await idp.signIn(browser.authorizationUrl, { account, ...how })
    return oauth.finishSignIn({ callback: persona, query: back.searchParams, cookie: browser.cookie })
  }

  return {
    idp,
    oauth,
    store,
    keyring,
    services,
    service: persona,
    clock,
    logged,
    anotherInstance,
    components,
    signIn,
    async linkAccount(steps = {}) {
      const finished = await signIn(steps)
      if (!finished.ok) throw new Error(`the sign-in failed: ${JSON.stringify(finished.error)}`)
      const submitted = await oauth.submitCode(steps.speaker ?? ada, finished.value.code)
      if (submitted.outcome !== 'accepted') throw new Error(`the code was not accepted: ${submitted.outcome}`)
    },
    async [Symbol.asyncDispose]() {
      await idp[Symbol.asyncDispose]()
      await store.close()
    },
  }
}

export const linkIdOf = (linkUrl: string): string => linkUrl.slice(linkUrl.lastIndexOf('/') + 1)

/** A browser that opens a link: reads the page, presses the button, keeps the cookie. */
export const openLink = async (oauth: OAuth, linkUrl: string) => {
  const link = linkIdOf(linkUrl)
  const page = await oauth.viewSignIn(link)
  if (!page.ok) throw new Error(`no page: ${page.error.code}`)
  const started = await oauth.startSignIn({ link, cookie: undefined })
  if (!started.ok) throw new Error(`not started: ${JSON.stringify(started.error)}`)
  const [pair = ''] = started.value.setCookie.split(';')
  const cookie = readBindingCookie(pair)
  if (cookie === undefined) throw new Error('no cookie')
  return { authorizationUrl: started.value.authorizationUrl, cookie, page: page.value }
}
