/**
 * Why a store could not do as asked:
 * - `invalid`: a key, value, field or page outside the bounds; the same call will always fail;
 * - `contention`: others kept writing the same records;
 * - `deadline`: no answer in time;
 * - `unavailable`: the database refused, is unreachable, full or closed.
 */
export type StoreErrorCode = 'invalid' | 'contention' | 'deadline' | 'unavailable'

/** The message says what to look at and holds neither key nor value; `cause` is the database's own error, if there is one. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}
