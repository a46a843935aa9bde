import type { Purge, PurgeParts } from './purge.ts'

/** Few: each may wait for a provider, one after the other. */
const BATCH = 10

/** Grants, sign-ins and revocations: the tokens they hold are revoked at their provider. */
export const purgeAccounts = ({ oauth }: PurgeParts): Purge => ({
  name: 'accounts',
  takeBatch: async () => (oauth === undefined ? {} : { ...(await oauth.purgeExpired(BATCH)) }),
})
