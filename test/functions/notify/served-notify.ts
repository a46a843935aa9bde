import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startNotify } from '../../../functions/notify/start.ts'
import { close, listen } from '../../../infra/local/listen.ts'
import { startTokenIssuer, type TokenRequest } from '../../../infra/local/tokens/token-issuer.ts'
import type { Reach } from '../../../shared/identity/reach.ts'
import { type Keyring, parseKeyring } from '../../../shared/storage/keyring.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import type { Store } from '../../../shared/storage/store.ts'
import { credentials, type StandIns, startStandIns } from '../../shared/channels/send-stand-ins.ts'
import { type LogEntry, recordLog } from '../../shared/intents/recorded-log.ts'
import { type Answered, type Sent, send } from '../retention/served-retention.ts'

const AUDIENCE = 'https://notify-123456789012.europe-west1.run.app'
const CALLER = 'call-notify@example.iam.gserviceaccount.com'

/** Ada, by subject, with a key of its own unless told. */
export const notificationOf = (changes: object = {}) => ({
  user: { service: 'google', subject: 'ada' },
  text: 'Your order has left.',
  link: 'https://shop.example/orders/7',
  dedupe: 'order-7',
  ...changes,
})

/** As Pub/Sub wraps what is published. */
export const wrapped = (data: unknown, publishedAt: number) => ({
  message: {
    attributes: { origin: 'shop' },
    data: Buffer.from(typeof data === 'string' ? data : JSON.stringify(data)).toString('base64'),
    messageId: '2070443601311540',
    message_id: '2070443601311540',
    publishTime: new Date(publishedAt).toISOString().replace('Z', '123456Z'),
    publish_time: new Date(publishedAt).toISOString(),
  },
  subscription: 'projects/example/subscriptions/notify',
})

/** The channels, a database file, an issuer of tokens; and the variables to start notify with. */
export type NotifyEstate = AsyncDisposable & {
  readonly channels: StandIns
  readonly clock: { now: number }
  readonly keyring: Keyring
  readonly store: Store
  readonly environment: Readonly<Record<string, string>>
  token(request?: Partial<TokenRequest>): string
}

export const notifyEstate = async (): Promise<NotifyEstate> => {
  await using starting = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'notify-'))
  starting.defer(() => rm(directory, { recursive: true }))
  const issuer = starting.use(await startTokenIssuer())
  const channels = starting.use(await startStandIns())
  const clock = { now: Date.now() }
  const database = join(directory, 'store.sqlite')
  const text = JSON.stringify({ active: 'one', keys: { one: randomBytes(32).toString('base64') } })
  const keyring = parseKeyring(text)
  if (!keyring.ok) throw new TypeError(keyring.error.join())
  const store = sqliteStore(database, { clock: () => clock.now })
  starting.defer(() => store.close())
  const owned = starting.move()
  return {
    channels,
    clock,
    keyring: keyring.value,
    store,
    environment: {
      NOTIFY_AUDIENCES: AUDIENCE,
      NOTIFY_CALLERS: CALLER,
      GOOGLE_CERTS_URL: issuer.certsUrl.href,
      STORE: `sqlite:${database}`,
      TOKEN_KEYS: 'env:KEYRING',
      KEYRING: text,
      CHANNEL_CREDENTIALS: 'env:CREDENTIALS',
      CREDENTIALS: JSON.stringify(credentials),
      CHANNEL_ENDPOINTS: channels.variable,
    },
    token: request => issuer.issue({ audience: AUDIENCE, serviceAgent: CALLER, ...request }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Notify on a real HTTP server, as its environment makes it. Its clock is the estate's. */
export type ServedNotify = AsyncDisposable & {
  readonly entries: LogEntry[]
  send(sent: Sent): Promise<Answered>
  /** A genuine push of what is published: its status, and the outcome that its answer names. */
  push(data: unknown, publishedAt?: number): Promise<{ readonly status: number; readonly outcome: string | undefined }>
}

export const serveNotify = async (
  estate: NotifyEstate,
  reach?: Reach,
  environment: Readonly<Record<string, string>> = {},
): Promise<ServedNotify> => {
  const { log, entries } = recordLog()
  const notify = await startNotify({
    environment: { ...estate.environment, ...environment },
    clock: () => estate.clock.now,
    log,
    ...(reach && { reach }),
  })
  const server = http.createServer((request, response) => void notify(request, response))
  const port = await listen(server)
  return {
    entries,
    send: sent => send(port, sent),
    async push(data, publishedAt = estate.clock.now) {
      const seconds = Math.floor(estate.clock.now / 1000)
      const token = estate.token({ claims: { iat: seconds, exp: seconds + 3600 } })
      const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
      const { status, body } = await send(port, { headers, body: JSON.stringify(wrapped(data, publishedAt)) })
      return { status, outcome: JSON.parse(body).outcome }
    },
    [Symbol.asyncDispose]: () => close(server),
  }
}
