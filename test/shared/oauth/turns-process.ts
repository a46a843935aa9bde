import { writeFileSync } from 'node:fs'
import { createOAuth } from '../../../shared/oauth/oauth.ts'
import { type ProviderFetch, plainFetch } from '../../../shared/oauth/provider-fetch.ts'
import { ok } from '../../../shared/runtime/result.ts'
import { parseKeyring } from '../../../shared/storage/keyring.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import { ada, BASE_URL, CLIENT_SECRET, type Settings, servicesOf, shown } from './fixtures.ts'

/** What a process of `refresh-processes.test.ts` is told. */
export type Orders = {
  readonly database: string
  readonly keyring: string
  readonly settings: Settings
  /** How much later than now it is. */
  readonly laterMs: number
  readonly turns: number
  /** The first process to get so far with a refresh kills itself there. The file is how it knows that it is the first. */
  readonly die?: {
    readonly when: 'before the provider is asked' | 'after the provider has answered'
    readonly file: string
  }
}

/** The outcome of each turn, or why there was none. */
export type Turns = readonly string[]

const isFirst = (file: string): boolean => {
  try {
    writeFileSync(file, '', { flag: 'wx' })
    return true
  } catch {
    return false
  }
}

const mortalFetch =
  (die: NonNullable<Orders['die']>): ProviderFetch =>
  async (url, options) => {
    const isRefresh = options.body instanceof URLSearchParams && options.body.get('grant_type') === 'refresh_token'
    const isDying = isRefresh && isFirst(die.file)
    if (isDying && die.when === 'before the provider is asked') process.kill(process.pid, 'SIGKILL')
    const response = await plainFetch(url, options)
    if (isDying) process.kill(process.pid, 'SIGKILL')
    return response
  }

process.once('message', async (orders: Orders) => {
  const { database, settings, laterMs, turns, die } = orders
  const keyring = parseKeyring(orders.keyring)
  if (!keyring.ok) throw new Error('a keyring that does not parse')
  const clock = () => Date.now() + laterMs
  const store = sqliteStore(database, { clock })
  const oauth = createOAuth({
    services: servicesOf([settings]),
    store,
    keyring: keyring.value,
    clock,
    log: () => {},
    baseUrl: BASE_URL,
    emulation: true,
    resolveSecret: async () => ok(CLIENT_SECRET),
    ...(die && { fetch: mortalFetch(die) }),
  })
  const answers = Array.from({ length: turns }, async (_, turn) => {
    const speaker = { ...ada, conversation: `${process.pid}-${turn}` }
    // More than a webhook has: the machine may be busy with other tests.
    const components = oauth.forTurn({ speaker, shown, signal: AbortSignal.timeout(15_000) })
    const account = await components.requireAccount('generic')
    return account.outcome === 'failed' ? account.failure.code : account.outcome
  })
  process.send?.(await Promise.all(answers))
  await store.close()
  process.disconnect()
})

process.send?.('ready')
