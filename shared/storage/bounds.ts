import type { Collection } from './collection.ts'
import type { Entry, Page } from './store.ts'
import { StoreError } from './store-error.ts'

/** Of a value as JSON in UTF-8. Firestore's own limit is 1 MiB for a document. */
export const maxValueBytes = 256 * 1024

/** Firestore indexes the first 1500 bytes of a string. */
export const maxIndexedBytes = 1024

export const maxPageSize = 500

/** The end of the year 9999, Firestore's last timestamp. */
const lastMoment = Date.UTC(10_000, 0) - 1

/** An entry as a database takes it. */
export type CheckedEntry = {
  readonly json: string
  readonly indexed: Readonly<Record<string, string>>
  readonly expiresAt: number | null
}

/** @throws StoreError `invalid` */
export const checkEntry = ({ indexed }: Collection, { value, ...entry }: Entry): CheckedEntry => {
  const expiresAt = entry.expiresAt ?? null
  if (expiresAt !== null && !isMoment(expiresAt))
    throw new StoreError('invalid', 'expiresAt is not a time in milliseconds')
  const json = JSON.stringify(value)
  const size = Buffer.byteLength(json)
  if (size > maxValueBytes) throw new StoreError('invalid', `a value of ${size} bytes exceeds ${maxValueBytes}`)
  if (indexed.length === 0 || typeof value !== 'object' || value === null) return { json, indexed: {}, expiresAt }
  const found = Object.entries(value).filter(([name, property]) => indexed.includes(name) && property !== null)
  return {
    json,
    indexed: Object.fromEntries(found.map(([name, property]) => [name, checkIndexed(property)])),
    expiresAt,
  }
}

/** @throws StoreError `invalid` */
export const checkIndexed = (value: unknown): string => {
  if (typeof value !== 'string') throw new StoreError('invalid', 'an indexed property is a string')
  if (!value.isWellFormed() || value.includes('\0'))
    throw new StoreError('invalid', 'an indexed property is well-formed text')
  if (Buffer.byteLength(value) > maxIndexedBytes) {
    throw new StoreError('invalid', `an indexed property cannot exceed ${maxIndexedBytes} bytes`)
  }
  return value
}

/** @throws StoreError `invalid` */
export const checkPage = (page: Page): Page => {
  if (!Number.isInteger(page.limit) || page.limit < 1 || page.limit > maxPageSize) {
    throw new StoreError('invalid', `a page has 1 to ${maxPageSize} records`)
  }
  return page
}

const isMoment = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= lastMoment
