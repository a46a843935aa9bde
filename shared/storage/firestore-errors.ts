import type { FirestoreFailure } from './firestore-request.ts'
import { StoreError } from './store-error.ts'

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto */
export const storeErrorOf = ({ status, cause }: FirestoreFailure): StoreError => {
  if (status === 'ABORTED') return new StoreError('contention', 'others kept writing the same records')
  if (status === 'DEADLINE_EXCEEDED') return new StoreError('deadline', 'Firestore did not answer in time')
  return new StoreError('unavailable', `Firestore cannot be used: ${status}`, cause)
}
