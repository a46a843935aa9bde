import { hash, randomBytes, timingSafeEqual } from 'node:crypto'

/** A value that nobody can guess: 128 bits for what is short-lived and looked up, 256 for what proves something. */
export const randomValue = (bits: 128 | 256): string => randomBytes(bits / 8).toString('base64url')

/** What is stored in the place of such a value. */
export const hashed = (value: string): string => hash('sha256', value, 'base64url')

/** Whether a value has this hash, in time that does not depend on where they differ. */
export const hasHash = (value: string, expected: string): boolean => {
  const [observed, wanted] = [Buffer.from(hashed(value)), Buffer.from(expected)]
  return observed.length === wanted.length && timingSafeEqual(observed, wanted)
}
