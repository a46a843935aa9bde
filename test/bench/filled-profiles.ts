import { randomBytes } from 'node:crypto'
import { createIdentity, type Identity } from '../../shared/identity/identity.ts'
import type { ProvenAccount } from '../../shared/identity/linking.ts'
import { accountKey, profileEntry, profiles, usedProfile } from '../../shared/identity/profile.ts'
import { createOAuth } from '../../shared/oauth/oauth.ts'
import { fail } from '../../shared/runtime/result.ts'
import { type Keyring, parseKeyring } from '../../shared/storage/keyring.ts'
import { openDatabase } from '../../shared/storage/sqlite-database.ts'
import { rowOf } from '../../shared/storage/sqlite-row.ts'
import { sqliteStore } from '../../shared/storage/sqlite-store.ts'

/** When the first account was used last; each later one a millisecond after the one before it. */
export const FIRST_USE = Date.UTC(2100, 0)
/** How long a profile is kept that is linked to nobody. */
export const KEPT_MS = 14 * 24 * 60 * 60_000

const keyring = (): Keyring => {
  const parsed = parseKeyring(JSON.stringify({ active: 'one', keys: { one: randomBytes(32).toString('base64') } }))
  if (!parsed.ok) throw new Error('a keyring that does not parse')
  return parsed.value
}

const ring = keyring()

const accountOf = (index: number): ProvenAccount => ({
  channel: 'twilio',
  label: 'SMS',
  id: JSON.stringify(['twilio', `+1555${String(index).padStart(8, '0')}`]),
  proof: 'connector',
  audience: 'direct',
  address: { kind: 'twilio', to: `+1555${String(index).padStart(8, '0')}`, from: '+15550100999' },
  masked: '…000',
  shows: { links: 'text', chips: false, maxLength: 1600 },
})

/** Writes the profiles with the numbers from `from` on, all in one transaction: one after the other would take minutes. */
export const fillProfiles = async (path: string, from: number, count: number): Promise<void> => {
  const { handle, statements } = await openDatabase(path)
  // For the time of writing; both are settings of this connection.
  handle.exec('PRAGMA cache_size = -600000; PRAGMA synchronous = OFF')
  const { put } = statements(profiles)
  handle.exec('BEGIN')
  for (let index = from; index < from + count; index += 1) {
    const account = accountOf(index)
    const profile = usedProfile({ keyring: ring, clock: () => FIRST_USE + index }, account, undefined)
    put.run(rowOf(profiles, accountKey(account.id), profileEntry({ retentionDays: undefined }, profile)))
  }
  handle.exec('COMMIT')
  handle.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  handle.close()
}

/** What the daily purge calls, over a file with the first `count` profiles, at a moment that can be moved. */
export const identityOver = async (
  path: string,
  count: number,
  clock: { now: number },
): Promise<Identity & AsyncDisposable> => {
  await fillProfiles(path, 0, count)
  const parts = {
    store: sqliteStore(path, { clock: () => clock.now }),
    keyring: ring,
    clock: () => clock.now,
    log: () => {},
  }
  const oauth = createOAuth({
    ...parts,
    services: new Map(),
    baseUrl: '',
    resolveSecret: async () => fail('there is none'),
    emulation: true,
  })
  const linking = { enabled: true, channels: new Set(['twilio'] as const) }
  const identity = createIdentity({ ...parts, oauth, linking, retentionDays: undefined })
  return Object.assign(identity, { [Symbol.asyncDispose]: () => parts.store.close() })
}
