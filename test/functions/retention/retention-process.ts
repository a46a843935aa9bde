import { purgeAccounts } from '../../../functions/retention/purge-accounts.ts'
import { createOAuth } from '../../../shared/oauth/oauth.ts'
import { ok } from '../../../shared/runtime/result.ts'
import { parseKeyring } from '../../../shared/storage/keyring.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import { BASE_URL, CLIENT_SECRET, servicesOf } from '../../shared/oauth/fixtures.ts'

// A process of `killed.test.ts`: purges accounts until it is killed.

const { STORE = '', SERVICES = '{}', KEYRING = '', LATER_MS = '0' } = process.env
const clock = () => Date.now() + Number(LATER_MS)
const keyring = parseKeyring(KEYRING)
if (!keyring.ok) throw new Error('a keyring that does not parse')
const store = sqliteStore(STORE.replace('sqlite:', ''), { clock })
const oauth = createOAuth({
  services: servicesOf(JSON.parse(SERVICES).services),
  store,
  keyring: keyring.value,
  clock,
  log: () => {},
  baseUrl: BASE_URL,
  emulation: true,
  resolveSecret: async () => ok(CLIENT_SECRET),
})
const { takeBatch } = purgeAccounts({ accounts: { oauth } })
process.send?.('begins')
await takeBatch()
// Until it is killed.
setInterval(() => {}, 1000)
