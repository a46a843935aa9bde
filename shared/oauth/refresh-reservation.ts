import type { StoredRecord } from '../storage/store.ts'
import { grants, type StoredGrant } from './grant.ts'
import type { OAuthParts } from './oauth-parts.ts'

/** After this long without a sign of life somebody else takes over. Short, so that a waiting turn can still be answered. */
export const RESERVED_MS = 3000

/**
 * Keeps a refresh reserved while the provider takes its time.
 *
 * @returns what ends it; resolves to the record's version, or `undefined` if the reservation was lost
 */
export const keepReserved = (
  { store, clock, log }: Pick<OAuthParts, 'store' | 'clock' | 'log'>,
  record: StoredRecord,
  stored: StoredGrant,
): (() => Promise<string | undefined>) => {
  let version: string | undefined = record.version
  let renewing: Promise<void> = Promise.resolve()

  const renew = async () => {
    if (version === undefined) return
    const value = { ...stored, refreshingUntil: clock() + RESERVED_MS }
    try {
      version = await store.replace(grants, record.key, version, { ...record, value })
    } catch {
      log('WARNING', 'refresh not kept reserved: the store failed', { service: stored.service })
    }
  }
  const timer = setInterval(() => {
    renewing = renewing.then(renew)
  }, RESERVED_MS / 3)

  return async () => {
    clearInterval(timer)
    await renewing
    return version
  }
}
