import * as z from 'zod/mini'
import { hashed } from '../oauth/one-time.ts'
import { unsealAs } from '../oauth/unseal-as.ts'
import type { Clock } from '../runtime/clock.ts'
import { collection } from '../storage/collection.ts'
import type { Keyring } from '../storage/keyring.ts'
import { seal } from '../storage/sealed-value.ts'
import type { Entry, Store, StoredRecord } from '../storage/store.ts'
import { type Notification, notificationKey, notificationSchema } from './notification.ts'

/** Messages for a user who was busy, until they ask for them; by the hash of the account that was told of them. */
export const heldNotifications = collection('heldNotifications', 'account')

const HOLD_MS = 24 * 60 * 60_000

/** How many are read out at once. */
const MAX_TAKEN = 10

/** How many are looked at: those that are for a user who had the account before stay in front. */
const PAGE = { limit: 100 }

const recordSchema = z.object({ account: z.string(), user: z.string(), heldAt: z.number(), sealed: z.string() })

/**
 * In the order in which they came, since records are found in the order of their keys. One notification may be held for
 * one account after the other.
 */
const keyOf = (heldAt: number, notification: string, account: string): string =>
  `${String(heldAt).padStart(15, '0')}.${notification}.${account}`

export type Holding = {
  /** `ChannelAccount.id` */
  readonly account: string
  /** Our own id of the user. */
  readonly user: string
  readonly notification: Notification
}

/** What to write to have a message held for 24 hours. */
export const heldEntry = (
  { clock, keyring }: { readonly clock: Clock; readonly keyring: Keyring },
  { account, user, notification }: Holding,
): { readonly key: string; readonly entry: Entry } => {
  const heldAt = clock()
  const [notified, holder] = [notificationKey(notification), hashed(account)]
  const key = keyOf(heldAt, notified, holder)
  const sealed = seal(keyring, heldNotifications, key, notification)
  return { key, entry: { value: { account: holder, user, heldAt, sealed }, expiresAt: heldAt + HOLD_MS } }
}

export type HeldMessage = {
  readonly text: string
  /** https */
  readonly link: string | undefined
  /** Milliseconds since the epoch. */
  readonly heldAt: number
}

/**
 * Takes what is held for an account, oldest first, ten at most; it is held no longer, and nobody else gets it. Show it.
 * What was for a user whose account it is no longer stays where it is.
 *
 * @param account `ChannelAccount.id`, proven
 * @param user whose account it is
 */
export const takeHeld = async (
  { store, keyring }: { readonly store: Store; readonly keyring: Keyring },
  account: string,
  user: string,
): Promise<readonly HeldMessage[]> => {
  const records = await store.find(heldNotifications, 'account', hashed(account), PAGE)
  const theirs = records.flatMap(({ key, version, ...record }) => {
    const held = openHeld(keyring, { key, version, ...record })
    // What cannot be read is left for the purge, which reports it.
    if (held?.notification === undefined || held.user !== user) return []
    const { text, link } = held.notification
    return [{ key, version, message: { text, link, heldAt: held.heldAt } }]
  })
  const taken = await Promise.all(
    theirs
      .slice(0, MAX_TAKEN)
      .map(async ({ key, version, message }) =>
        (await store.delete(heldNotifications, key, version)) ? [message] : [],
      ),
  )
  return taken.flat()
}

/** A record as it was written; without the notification where its key is gone. */
export const openHeld = (keyring: Keyring, { key, value }: StoredRecord) => {
  const record = z.safeParse(recordSchema, value).data
  if (record === undefined) return undefined
  const notification = unsealAs(keyring, heldNotifications, key, record.sealed, notificationSchema)?.value
  const [, notified = ''] = key.split('.')
  return { user: record.user, heldAt: record.heldAt, notificationKey: notified, notification }
}
