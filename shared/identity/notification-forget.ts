import type { Collection } from '../storage/collection.ts'
import type { Store } from '../storage/store.ts'
import { heldNotifications } from './held-notification.ts'
import { undelivered } from './notification-undelivered.ts'

const PAGE = 100

/**
 * Deletes every message that is kept for users: held ones, and those that did not reach them. Safe to break off and to
 * call again.
 *
 * @param users our own ids of them
 * @param accounts keys of their accounts
 */
export const forgetNotifications = async (
  store: Store,
  users: readonly string[],
  accounts: readonly string[],
): Promise<void> => {
  for (const user of users) await forget(store, undelivered, 'user', user)
  for (const account of accounts) await forget(store, heldNotifications, 'account', account)
}

const forget = async <Field extends string>(
  store: Store,
  collection: Collection<Field>,
  field: NoInfer<Field>,
  value: string,
): Promise<void> => {
  for (;;) {
    const found = await store.find(collection, field, value, { limit: PAGE })
    await Promise.all(found.map(({ key }) => store.delete(collection, key)))
    if (found.length < PAGE) return
  }
}
