import { hashed } from '../oauth/one-time.ts'
import type { Clock } from '../runtime/clock.ts'
import { collection } from '../storage/collection.ts'
import type { Keyring } from '../storage/keyring.ts'
import { seal } from '../storage/sealed-value.ts'
import type { Entry } from '../storage/store.ts'
import type { Notification } from './notification.ts'

/** Notifications that did not reach their user, by the notification's key. For the operators, for 14 days. */
export const undelivered = collection('undelivered', 'user')

const KEEP_MS = 14 * 24 * 60 * 60_000

export type UndeliveredReason =
  /** Nobody has ever signed in by that name. */
  | 'user_unknown'
  /** Two users have that name. */
  | 'user_ambiguous'
  /** The user has no linked account that a message can be sent to. */
  | 'no_account'
  /** Every account has refused it. */
  | 'refused'
  /** No account would take it, for as long as it was tried. */
  | 'unavailable'
  /** It came, perhaps again, when nobody could tell any more whether it had been sent. */
  | 'too_late'
  /** It may have been sent, and may not: it is not sent again. */
  | 'outcome_unknown'
  /** The user was told of it, and has not asked for it. */
  | 'not_read'

/** An account that was tried, and the channel's code for why not, or ours. */
export type FailedAttempt = { readonly channel: string; readonly reason: string }

/** What became of a notification. */
export type Undelivered = {
  readonly reason: UndeliveredReason
  readonly attempts: readonly FailedAttempt[]
  /** The user whom it was for, where one was found. */
  readonly user: string | null
}

/**
 * The record to write.
 *
 * @param notification sealed with it; `undefined` where it cannot be read any more
 */
export const undeliveredEntry = (
  { clock, keyring }: { readonly clock: Clock; readonly keyring: Keyring },
  key: string,
  { reason, attempts, user }: Undelivered,
  notification: Notification | undefined,
): Entry => ({
  value: {
    reason,
    attempts,
    user,
    at: clock(),
    dedupe: notification === undefined ? null : hashed(notification.dedupe),
    sealed: notification === undefined ? null : seal(keyring, undelivered, key, notification),
  },
  expiresAt: clock() + KEEP_MS,
})
