import { collection } from '../../shared/storage/collection.ts'
import type { Purge, PurgeParts } from './purge.ts'

/** The replies of calls that are answered once only: see `shared/intents/lease.ts`. */
const answers = collection('answers')

const BATCH = 100

/** Nothing depends on them once they have expired. Firestore sweeps them by itself, SQLite does not. */
export const purgeAnswers = ({ store, clock }: PurgeParts): Purge => ({
  name: 'answers',
  async takeBatch() {
    const expired = await store.expired(answers, clock(), { limit: BATCH })
    // Of this version: a handler that was slow may just be writing its reply.
    const deleted = await Promise.all(expired.map(({ key, version }) => store.delete(answers, key, version)))
    return { answers: deleted.filter(Boolean).length }
  },
})
