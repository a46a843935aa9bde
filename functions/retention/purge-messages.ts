import { purgeNotifications } from '../../shared/identity/notification-purge.ts'
import type { Purge, PurgeParts } from './purge.ts'

const BATCH = 100

/** What is known of notifications. One that was held, and that nobody has read, becomes an undelivered one. */
export const purgeMessages = ({ accounts, store, clock }: PurgeParts): Purge => ({
  name: 'notifications',
  takeBatch: async () =>
    accounts === undefined ? {} : { ...(await purgeNotifications({ store, clock, keyring: accounts.keyring }, BATCH)) },
})
