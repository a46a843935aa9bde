import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { JsonObject } from '../../shared/runtime/json.ts'
import { writePrivate } from './certificates/pem-files.ts'
import { type FunctionProcess, startFunction } from './function-process.ts'
import { type IdentityProvider, startIdentityProvider } from './identity-provider/identity-provider.ts'
import { freePort } from './listen.ts'
import { startResourceServer } from './resource-server/resource-server.ts'
import { googleCalendar } from './resource-server/resource-server-google-calendar.ts'
import { microsoftGraph } from './resource-server/resource-server-microsoft-graph.ts'
import { orders } from './resource-server/resource-server-orders.ts'

/** What signs users in, beside the webhook: three identity providers, what they protect, and the function `auth`. */
export interface SignInEstate extends AsyncDisposable {
  /** Where browsers reach `auth`. */
  readonly authUrl: URL
  readonly auth: FunctionProcess
  readonly google: IdentityProvider
  readonly microsoft: IdentityProvider
  /** What the webhook is told of all this. */
  readonly environment: Readonly<Record<string, string>>
}

const CLIENT_ID = 'trusted-fulfillment'

const newKeyring = (): string =>
  JSON.stringify({ active: 'local', keys: { local: randomBytes(32).toString('base64') } })

/** The services of `infra/authentication-services.json`, at the emulated providers. */
const servicesAt = (google: IdentityProvider, microsoft: IdentityProvider, oci: IdentityProvider): JsonObject => {
  const client = { clientId: CLIENT_ID, clientSecret: 'env:CLIENT_SECRET' }
  const discovery = (provider: IdentityProvider) => provider.addresses().discovery ?? ''
  return {
    services: [
      {
        name: 'google-calendar',
        grantType: 'AUTHORIZATION_CODE',
        identityProvider: 'google',
        ...client,
        scopes: ['openid', 'email', 'https://www.googleapis.com/auth/calendar.events.readonly'],
        discoveryUrl: discovery(google),
      },
      {
        name: 'outlook',
        grantType: 'AUTHORIZATION_CODE',
        identityProvider: 'microsoft',
        ...client,
        scopes: ['openid', 'profile', 'email', 'offline_access', 'https://graph.microsoft.com/Calendars.Read'],
        discoveryUrl: discovery(microsoft).replace(/\/\.well-known.*/, ''),
      },
      {
        name: 'orders',
        grantType: 'CLIENT_CREDENTIALS',
        identityProvider: 'oci-iam',
        ...client,
        scopes: ['orders.read'],
        discoveryUrl: new URL(discovery(oci)).origin,
      },
    ],
  }
}

/**
 * Starts it.
 *
 * @param directory where the settings and keyrings are kept
 * @param store the webhook's `STORE`: both functions share it
 * @param environment what a process of this host needs
 * @throws when a part does not start; those that did are stopped
 */
export const startSignInEstate = async (
  directory: string,
  store: string,
  environment: Readonly<Record<string, string>>,
): Promise<SignInEstate> => {
  await using starting = new AsyncDisposableStack()
  const authPort = await freePort()
  const authUrl = new URL(`http://localhost:${authPort}/`)
  const clientSecret = randomBytes(24).toString('base64url')
  const provider = async (persona: 'google' | 'microsoft' | 'oci-iam', service: string) =>
    starting.use(
      await startIdentityProvider({
        persona,
        clients: [{ clientId: CLIENT_ID, clientSecret, redirectUris: [new URL(`callback/${service}`, authUrl).href] }],
        scopes: [
          'https://www.googleapis.com/auth/calendar.events.readonly',
          'https://graph.microsoft.com/Calendars.Read',
          'orders.read',
        ],
      }),
    )
  const google = await provider('google', 'google-calendar')
  const microsoft = await provider('microsoft', 'outlook')
  const oci = await provider('oci-iam', 'orders')
  const calendar = starting.use(await startResourceServer({ provider: google, api: googleCalendar() }))
  const graph = starting.use(await startResourceServer({ provider: microsoft, api: microsoftGraph() }))
  const shop = starting.use(await startResourceServer({ provider: oci, api: orders }))

  const files = { services: 'authentication-services.json', tokens: 'token-keys.json', sessions: 'session-keys.json' }
  const path = (file: string) => join(directory, file)
  await writePrivate(path(files.services), JSON.stringify(servicesAt(google, microsoft, oci), null, 2))
  await writePrivate(path(files.tokens), newKeyring())
  await writePrivate(path(files.sessions), newKeyring())
  const shared = {
    AUTH_BASE_URL: authUrl.origin,
    AUTHENTICATION_SERVICES: `file:${path(files.services)}`,
    TOKEN_KEYS: `file:${path(files.tokens)}`,
    SESSION_KEYS: `file:${path(files.sessions)}`,
    CLIENT_SECRET: clientSecret,
  }
  const auth = starting.use(
    await startFunction({
      source: 'functions/auth/index.ts',
      target: 'auth',
      port: authPort,
      environment: { ...environment, ...shared, STORE: store },
    }),
  )
  const running = starting.move()
  return {
    authUrl,
    auth,
    google,
    microsoft,
    environment: {
      ...shared,
      GOOGLE_CALENDAR_URL: calendar.url.href,
      MICROSOFT_GRAPH_URL: graph.url.href,
      ORDERS_URL: shop.url.href,
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
