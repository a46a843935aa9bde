import { StoreError } from './store-error.ts'

/** https://grpc.github.io/grpc/core/md_doc_statuscodes.html; over REST, the library translates into the same codes. */
const status = { deadlineExceeded: 4, notFound: 5, alreadyExists: 6, failedPrecondition: 9, aborted: 10 }

export const alreadyExists: readonly number[] = [status.alreadyExists]

/** An update of a document that has gone may be either. */
export const preconditionFailed: readonly number[] = [status.failedPrecondition, status.notFound]

/** Resolves to undefined where the request fails with one of these codes. */
export const unless = async <Outcome>(
  codes: readonly number[],
  request: Promise<Outcome>,
): Promise<Outcome | undefined> => {
  try {
    return await request
  } catch (error) {
    if (codes.includes(statusOf(error) ?? 0)) return undefined
    throw error
  }
}

/** Resolves to undefined where others were in the way. */
export const unlessContended = async <Outcome>(request: Promise<Outcome>): Promise<{ value: Outcome } | undefined> => {
  try {
    return { value: await request }
  } catch (error) {
    if (storeErrorOf(error).code === 'contention') return undefined
    throw error
  }
}

export const storeErrorOf = (error: unknown): StoreError => {
  if (error instanceof StoreError) return error
  const code = statusOf(error)
  if (code === status.aborted) return new StoreError('contention', 'others kept writing the same records', error)
  if (code === status.deadlineExceeded) return new StoreError('deadline', 'Firestore did not answer in time', error)
  return new StoreError('unavailable', `Firestore cannot be used: status ${code ?? 'unknown'}`, error)
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined
