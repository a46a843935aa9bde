import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Auth } from '../../../functions/auth/auth.ts'
import { startAuth } from '../../../functions/auth/start.ts'
import {
  type IdentityProvider,
  startIdentityProvider,
} from '../../../infra/local/identity-provider/identity-provider.ts'
import type { Lifetimes } from '../../../infra/local/identity-provider/identity-provider-configuration.ts'
import type { PersonaName } from '../../../infra/local/identity-provider/identity-provider-personas.ts'
import { close, listen } from '../../../infra/local/listen.ts'
import { createOAuth, type OAuth } from '../../../shared/oauth/oauth.ts'
import type { Shown, Speaker } from '../../../shared/oauth/speaker.ts'
import { ok } from '../../../shared/runtime/result.ts'
import { type Keyring, parseKeyring } from '../../../shared/storage/keyring.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import type { Store } from '../../../shared/storage/store.ts'
import { type LogEntry, recordLog } from '../../shared/intents/recorded-log.ts'
import { ada, CLIENT_SECRET, type Settings, servicesOf, settingsOf, shown } from '../../shared/oauth/estate.ts'
import { Browser, pathOf } from './browser.ts'

/** The application whose users may be given session tokens. */
export const APPLICATION = {
  clientId: 'mobile-app',
  clientSecret: 'mobile-secret',
  redirectUri: 'https://app.example/cb',
}

export type ServedOptions = {
  readonly persona?: PersonaName
  /** Laid over the persona's settings. */
  readonly settings?: Settings
  readonly lifetimes?: Partial<Lifetimes>
  readonly environment?: Readonly<Record<string, string>>
}

export type Offer = { readonly speaker?: Speaker; readonly shown?: Partial<Shown>; readonly maxAgeSeconds?: number }

/** `auth` on a real HTTP server, as its environment makes it, with an identity provider on one side and a conversation on the other. */
export type ServedAuth = AsyncDisposable & {
  readonly baseUrl: string
  readonly idp: IdentityProvider
  readonly service: string
  /** The conversation's side: another instance over the same store. */
  readonly chat: OAuth
  readonly store: Store
  readonly clock: { now: number }
  readonly entries: LogEntry[]
  readonly sessionKeys: Keyring
  /** The variables with which it was started. */
  readonly environment: Readonly<Record<string, string>>
  browser(): Browser
  /** A conversation wants an account: the path of the link that it shows. */
  offer(offer?: Offer): Promise<string>
  /** From the link to the redirect back from the provider, which is not followed: its path. */
  comeBack(browser: Browser, link: string, how?: How): Promise<string>
}

export type How = { readonly account?: string; readonly decision?: 'accept' | 'refuse' }

/** Somebody in a conversation of their own: so that tests can share a server. */
export const someone = (): Speaker => ({ ...ada, conversation: randomUUID() })

const keyring = (): string => JSON.stringify({ active: 'one', keys: { one: randomBytes(32).toString('base64') } })

const parsed = (text: string): Keyring => {
  const ring = parseKeyring(text)
  if (!ring.ok) throw new TypeError(ring.error.join())
  return ring.value
}

export const serveAuth = async ({
  persona = 'generic',
  settings = {},
  lifetimes = {},
  environment: more = {},
}: ServedOptions = {}): Promise<ServedAuth> => {
  await using starting = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'auth-'))
  starting.defer(() => rm(directory, { recursive: true }))

  let auth: Auth | undefined
  const server = http.createServer((request, response) => void auth?.(request, response))
  const port = await listen(server)
  starting.defer(() => close(server))
  const baseUrl = `http://localhost:${port}`

  const idp = starting.use(
    await startIdentityProvider({
      persona,
      clients: [
        { clientId: 'app-one', clientSecret: CLIENT_SECRET, redirectUris: [`${baseUrl}/callback/${persona}`] },
        {
          clientId: APPLICATION.clientId,
          clientSecret: APPLICATION.clientSecret,
          redirectUris: [APPLICATION.redirectUri],
        },
      ],
      lifetimes,
      ...(persona === 'oam' && { identityDomain: 'Employees', basicCredentials: 'raw' }),
    }),
  )
  const services = [{ ...settingsOf(persona, idp), ...settings }]
  const environment = {
    AUTH_BASE_URL: baseUrl,
    AUTHENTICATION_SERVICES: 'env:SERVICES',
    SERVICES: JSON.stringify({ services }),
    SECRET: CLIENT_SECRET,
    STORE: `sqlite:${join(directory, 'store.sqlite')}`,
    TOKEN_KEYS: 'env:TOKEN_KEYRING',
    TOKEN_KEYRING: keyring(),
    SESSION_KEYS: 'env:SESSION_KEYRING',
    SESSION_KEYRING: keyring(),
    ...more,
  }
  const clock = { now: Date.now() }
  const { log, entries } = recordLog()
  auth = await startAuth({ environment, clock: () => clock.now, log })

  const store = sqliteStore(join(directory, 'store.sqlite'), { clock: () => clock.now })
  starting.defer(() => store.close())
  const chat = createOAuth({
    services: servicesOf(services),
    store,
    keyring: parsed(environment.TOKEN_KEYRING),
    clock: () => clock.now,
    log,
    baseUrl,
    emulation: true,
    resolveSecret: async () => ok(CLIENT_SECRET),
  })

  const running = starting.move()
  return {
    baseUrl,
    idp,
    service: persona,
    chat,
    store,
    clock,
    entries,
    sessionKeys: parsed(environment.SESSION_KEYRING),
    environment,
    browser: () => new Browser(baseUrl),
    async offer({ speaker = ada, shown: said = {}, ...options } = {}) {
      const signal = AbortSignal.timeout(20_000)
      const turn = chat.forTurn({
        speaker,
        shown: { ...shown, ...said },
        interrupted: { text: 'my next meeting' },
        signal,
      })
      const offered = await turn.requireAccount(persona, options)
      if (offered.outcome !== 'signIn') throw new Error(`expected a sign-in, got ${JSON.stringify(offered)}`)
      return offered.linkUrl.slice(baseUrl.length)
    },
    async comeBack(browser, link, { account = 'ada', ...how } = {}) {
      const { headers } = await browser.post(link)
      return pathOf(await idp.signIn(headers.location ?? '', { account, ...how }))
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
