import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRetention } from '../../../functions/retention/start.ts'
import type { PersonaName } from '../../../infra/local/identity-provider/identity-provider-personas.ts'
import { close, listen } from '../../../infra/local/listen.ts'
import { startTokenIssuer, type TokenRequest } from '../../../infra/local/tokens/token-issuer.ts'
import { type Keyring, parseKeyring } from '../../../shared/storage/keyring.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import { type LogEntry, recordLog } from '../../shared/intents/recorded-log.ts'
import { ada, CLIENT_SECRET, type Estate, settingsOf, startEstate } from '../../shared/oauth/estate.ts'

export const DAY_MS = 24 * 60 * 60_000

const AUDIENCE = 'https://retention-123456789012.europe-west1.run.app'
const CALLER = 'call-retention@example.iam.gserviceaccount.com'

export type Answered = {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

export type Sent = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Buffer
}

/** One call on a connection of its own. */
export const send = (port: number, { method = 'POST', headers = {}, body = '' }: Sent): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const length = { 'Content-Length': Buffer.byteLength(body) }
    const request = http.request({ port, host: '127.0.0.1', method, headers: { ...length, ...headers }, agent: false })
    request.on('error', reject)
    request.on('response', response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const { statusCode: status = 0, headers } = response
        resolve({ status, headers, body: Buffer.concat(chunks).toString() })
      })
    })
    request.end(body)
  })

/** Users who have signed in, in a database file; what issues Cloud Scheduler's tokens; and the variables to start retention with. */
export type RetentionEstate = Estate & {
  readonly environment: Readonly<Record<string, string>>
  token(request?: Partial<TokenRequest>): string
}

const parsed = (text: string): Keyring => {
  const ring = parseKeyring(text)
  if (!ring.ok) throw new TypeError(ring.error.join())
  return ring.value
}

export const retentionEstate = async (persona: PersonaName = 'generic'): Promise<RetentionEstate> => {
  await using starting = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'retention-'))
  starting.defer(() => rm(directory, { recursive: true }))
  const issuer = starting.use(await startTokenIssuer())
  const clock = { now: Date.now() }
  const database = join(directory, 'store.sqlite')
  const keyring = JSON.stringify({ active: 'one', keys: { one: randomBytes(32).toString('base64') } })
  const store = sqliteStore(database, { clock: () => clock.now })
  const estate = starting.use(await startEstate({ persona, store, clock, keyring: parsed(keyring) }))
  const owned = starting.move()
  return {
    ...estate,
    environment: {
      RETENTION_AUDIENCES: AUDIENCE,
      RETENTION_CALLERS: CALLER,
      GOOGLE_CERTS_URL: issuer.certsUrl.href,
      STORE: `sqlite:${database}`,
      AUTHENTICATION_SERVICES: 'env:SERVICES',
      SERVICES: JSON.stringify({ services: [settingsOf(persona, estate.idp)] }),
      SECRET: CLIENT_SECRET,
      TOKEN_KEYS: 'env:KEYRING',
      KEYRING: keyring,
    },
    token: request => issuer.issue({ audience: AUDIENCE, serviceAgent: CALLER, ...request }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Retention on a real HTTP server, as its environment makes it. Its clock is the estate's. */
export type ServedRetention = AsyncDisposable & {
  readonly entries: LogEntry[]
  send(sent: Sent): Promise<Answered>
  /** A genuine call: its status and the JSON of its answer. */
  run(): Promise<{ readonly status: number; readonly answer: unknown }>
}

export const serveRetention = async (
  estate: RetentionEstate,
  environment: Readonly<Record<string, string>> = {},
  clock = () => estate.clock.now,
): Promise<ServedRetention> => {
  const { log, entries } = recordLog()
  const retention = await startRetention({
    environment: { ...estate.environment, ...environment },
    clock,
    log,
  })
  const server = http.createServer((request, response) => void retention(request, response))
  const port = await listen(server)
  return {
    entries,
    send: sent => send(port, sent),
    async run() {
      // Of the present: days may have gone since the estate began.
      const seconds = Math.floor(estate.clock.now / 1000)
      const token = estate.token({ claims: { iat: seconds, exp: seconds + 3600 } })
      const { status, body } = await send(port, { headers: { Authorization: `Bearer ${token}` } })
      return { status, answer: JSON.parse(body) }
    },
    [Symbol.asyncDispose]: () => close(server),
  }
}

/** Signs so many users in, and tells their access tokens. */
export const linkUsers = async (estate: RetentionEstate, count = 1): Promise<readonly string[]> => {
  const tokens: string[] = []
  for (let index = 0; index < count; index += 1) {
    const speaker = { ...ada, user: `user-${index}`, sender: `user-${index}` }
    await estate.linkAccount({ speaker })
    const account = await estate.components(speaker).requireAccount(estate.service)
    if (account.outcome !== 'token') throw new Error(`no token: ${account.outcome}`)
    tokens.push(account.accessToken)
  }
  return tokens
}

/** What a run says that found nothing to do. */
export const nothing = {
  transfers: 0,
  rescheduled: 0,
  profiles: 0,
  erasures: 0,
  questions: 0,
  auditEntries: 0,
  grants: 0,
  signIns: 0,
  revoked: 0,
  unsettled: 0,
  heldNotifications: 0,
  notifications: 0,
  undelivered: 0,
  answers: 0,
}
