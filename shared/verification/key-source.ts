import type { KeyObject } from 'node:crypto'
import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import { fail, ok, type Result } from '../runtime/result.ts'

/** The public keys of an issuer, as fetched once. */
export type KeySet = {
  readonly keys: ReadonlyMap<string, KeyObject>
  /** How long they may be used, in milliseconds. */
  readonly maxAge: number
}

/** Gets the keys, or says why it could not, in words without any of the answer. */
export type FetchKeys = () => Promise<Result<KeySet, string>>

export type KeySource = {
  /** The key with this id; `undefined` when the issuer has none; a reason when there are no keys to look in. */
  find(kid: string): Promise<Result<KeyObject | undefined, string>>
  /** Fetches the keys ahead of the first call. Never rejects. */
  prefetch(): Promise<void>
}

const SECOND = 1000
/** How often a key id that nobody knows may make us ask again; after a failure, `RETRY_INTERVAL`. */
const UNKNOWN_KID_INTERVAL = 60 * SECOND
/** How long after a failure the key server is left in peace: without keys that still serve, and with them. */
const RETRY_INTERVAL = 5 * SECOND
const STALE_RETRY_INTERVAL = 60 * SECOND
/** How long past their age keys are used while the key server is down: Google announces a key days before it signs with it. */
const MAX_STALENESS = 24 * 60 * 60 * SECOND

/**
 * Keeps the keys: fetched ahead, refreshed when their age is over, concurrent fetches merged into one, stale keys
 * served while the key server is down, an unknown key id looked for again at most once a minute.
 */
export const createKeySource = (fetchKeys: FetchKeys, clock: Clock, log: Log): KeySource => {
  let current: (KeySet & { readonly fetchedAt: number }) | undefined
  let pending: Promise<void> | undefined
  let failure: { readonly reason: string; readonly at: number } | undefined
  let askedForUnknownAt = Number.NEGATIVE_INFINITY

  const refresh = (): Promise<void> => {
    pending ??= fetchKeys()
      .catch(() => fail('the fetch failed'))
      .then(fetched => {
        pending = undefined
        if (fetched.ok) {
          current = { ...fetched.value, fetchedAt: clock() }
          failure = undefined
        } else {
          failure = { reason: fetched.error, at: clock() }
          const serving = isTooOld() ? 'none' : 'cached'
          log('ERROR', 'public keys could not be fetched', { reason: fetched.error, serving })
        }
      })
    return pending
  }

  /** A clock that was set back makes nothing recent: otherwise the wait could last as long as the jump. */
  const isRecent = (moment: number, interval: number): boolean => {
    const elapsed = clock() - moment
    return elapsed >= 0 && elapsed < interval
  }

  const isTooOld = (): boolean => current === undefined || clock() - current.fetchedAt >= current.maxAge + MAX_STALENESS

  return {
    async prefetch() {
      await refresh()
    },

    async find(kid) {
      const isDue = current === undefined || !isRecent(current.fetchedAt, current.maxAge)
      const interval = isTooOld() ? RETRY_INTERVAL : STALE_RETRY_INTERVAL
      if (isDue && (failure === undefined || !isRecent(failure.at, interval))) await refresh()
      if (current === undefined || isTooOld()) return fail(failure?.reason ?? 'not fetched')

      const known = current.keys.get(kid)
      if (known !== undefined) return ok(known)
      if (!isRecent(askedForUnknownAt, failure === undefined ? UNKNOWN_KID_INTERVAL : RETRY_INTERVAL)) {
        askedForUnknownAt = clock()
        await refresh()
      } else if (pending !== undefined) {
        await pending
      }
      return ok(current.keys.get(kid))
    },
  }
}
