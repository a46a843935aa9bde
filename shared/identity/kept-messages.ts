import * as z from 'zod/mini'
import { unsealAs } from '../oauth/unseal-as.ts'
import { heldNotifications, openHeld } from './held-notification.ts'
import type { IdentityParts } from './identity-parts.ts'
import { type Notification, notificationSchema } from './notification.ts'
import { undelivered } from './notification-undelivered.ts'

/** A message that is kept because its user has not got it: held until they ask for it, or undelivered. */
export type KeptMessage = Pick<Notification, 'text' | 'link'> & {
  readonly state: 'held' | 'undelivered'
  /** Milliseconds since the epoch. */
  readonly since: number
}

const PAGE = { limit: 100 }

const undeliveredSchema = z.object({ at: z.number(), sealed: z.string() })

/**
 * The messages that are kept for a user.
 *
 * @param accounts keys of their accounts
 */
export const keptMessages = async (
  { store, keyring }: Pick<IdentityParts, 'store' | 'keyring'>,
  user: string,
  accounts: readonly string[],
): Promise<readonly KeptMessage[]> => {
  const held = await Promise.all(accounts.map(account => store.find(heldNotifications, 'account', account, PAGE)))
  const lost = await store.find(undelivered, 'user', user, PAGE)
  return [
    ...held.flat().flatMap(record => {
      const opened = openHeld(keyring, record)
      if (opened?.notification === undefined || opened.user !== user) return []
      const { text, link } = opened.notification
      return [{ state: 'held', text, ...(link !== undefined && { link }), since: opened.heldAt } as const]
    }),
    ...lost.flatMap(({ key, value }) => {
      const { data } = z.safeParse(undeliveredSchema, value)
      const opened = data && unsealAs(keyring, undelivered, key, data.sealed, notificationSchema)?.value
      if (data === undefined || opened === undefined) return []
      const { text, link } = opened
      return [{ state: 'undelivered', text, ...(link !== undefined && { link }), since: data.at } as const]
    }),
  ]
}
