import { collection } from '../storage/collection.ts'

/** A record for each call that is answered once only, by its id: `null` while somebody holds the lease on it, then the reply. */
export const answers = collection('answers')
