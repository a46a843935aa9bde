import type { Purge, PurgeParts } from './purge.ts'

/** Few: the last account of a user takes the user's grants along, which are revoked at their providers. */
const BATCH = 10

/** Profiles, with the users who have no other; unanswered questions, audit entries, and what a killed process has left to do. */
export const purgeUsers = ({ accounts }: PurgeParts): Purge => ({
  name: 'users',
  takeBatch: async () => (accounts === undefined ? {} : { ...(await accounts.identity.purgeExpired(BATCH)) }),
})
