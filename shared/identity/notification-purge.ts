import type { Clock } from '../runtime/clock.ts'
import type { Keyring } from '../storage/keyring.ts'
import type { Store, StoredRecord } from '../storage/store.ts'
import { heldNotifications, openHeld } from './held-notification.ts'
import { notifications } from './notification-claim.ts'
import { undelivered, undeliveredEntry } from './notification-undelivered.ts'
import { readUser } from './user-record.ts'

export type NotificationPurgeParts = {
  readonly store: Store
  readonly clock: Clock
  readonly keyring: Keyring
}

/** How many records were taken away. */
export type NotificationPurgeSummary = {
  /** Messages that nobody asked for: each is an undelivered one from now on. */
  readonly heldNotifications: number
  readonly notifications: number
  readonly undelivered: number
}

/**
 * Takes away what has expired. Safe to break off and to run twice at once.
 *
 * @param limit records of each kind; 500 at most
 */
export const purgeNotifications = async (
  parts: NotificationPurgeParts,
  limit: number,
): Promise<NotificationPurgeSummary> => {
  const { store, clock } = parts
  const now = clock()
  const sweep = async (collection: typeof notifications | typeof undelivered): Promise<number> => {
    const expired = await store.expired(collection, now, { limit })
    const deleted = await Promise.all(expired.map(({ key, version }) => store.delete(collection, key, version)))
    return deleted.filter(Boolean).length
  }
  const unread = await store.expired(heldNotifications, now, { limit })
  await Promise.all(unread.map(record => reportUnread(parts, record)))
  return {
    heldNotifications: unread.length,
    notifications: await sweep(notifications),
    undelivered: await sweep(undelivered),
  }
}

/**
 * In one write, so that a purge that is killed leaves the one record or the other; two purges write the same. Of a user who
 * has ended, or was forgotten, nothing is kept.
 */
const reportUnread = (parts: NotificationPurgeParts, record: StoredRecord): Promise<void> => {
  const held = openHeld(parts.keyring, record)
  return parts.store.transact(async transaction => {
    if (held !== undefined && (await readUser(transaction, held.user)) !== undefined) {
      const { notificationKey: key, user, notification } = held
      const unread = { reason: 'not_read', attempts: [], user } as const
      transaction.put(undelivered, key, undeliveredEntry(parts, key, unread, notification))
    }
    transaction.delete(heldNotifications, record.key)
  })
}
