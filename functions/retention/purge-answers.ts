import { answers } from '../../shared/intents/answers.ts'
import type { Purge, PurgeParts } from './purge.ts'

const BATCH = 100

/** The replies of calls that are answered once only. Nothing depends on them once they have expired. Firestore sweeps them by itself, SQLite does not. */
export const purgeAnswers = ({ store, clock }: PurgeParts): Purge => ({
  name: 'answers',
  async takeBatch() {
    const expired = await store.expired(answers, clock(), { limit: BATCH })
    // Of this version: a handler that was slow may just be writing its reply.
    const deleted = await Promise.all(expired.map(({ key, version }) => store.delete(answers, key, version)))
    return { answers: deleted.filter(Boolean).length }
  },
})
