import type { Purge, PurgeParts } from './purge.ts'

/**
 * All at once: with 10, and 30 ms to the store, a run of ten minutes deals with 10,000 linked profiles, with 100 with 75,000.
 * The last account of a user takes the user's grants along, which are revoked at their providers; what these do not answer
 * within two seconds is left to later.
 */
const BATCH = 100

/** Profiles, with the users who have no other; unanswered questions, audit entries, and what a killed process has left to do. */
export const purgeUsers = ({ accounts }: PurgeParts): Purge => ({
  name: 'users',
  takeBatch: async () => (accounts === undefined ? {} : { ...(await accounts.identity.purgeExpired(BATCH)) }),
})
