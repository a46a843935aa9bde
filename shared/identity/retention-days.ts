import * as z from 'zod/mini'
import type { Variable } from '../runtime/configuration.ts'

/** The reference's limits for the data of unified users, in days after an account's last use. */
export const RETENTION_DAYS = { least: 7, most: 1100 } as const

/** How long a profile is kept that is linked to nobody, in days after its last use. Not configurable. */
export const PROVISIONAL_DAYS = 14

const days = z.int().check(z.gte(RETENTION_DAYS.least), z.lte(RETENTION_DAYS.most))

export const isRetentionDays = (value: number): boolean => days.safeParse(value).success

/** The setting as an environment variable. Empty, linked profiles are kept for good: `undefined`. */
export const retentionDaysVariable = {
  expected: `a whole number of days from ${RETENTION_DAYS.least} to ${RETENTION_DAYS.most}, or nothing to keep linked profiles for good`,
  fallback: '',
  schema: z.pipe(
    z.pipe(
      z.string().check(z.regex(/^(?:[1-9]\d{0,3})?$/)),
      z.transform(text => (text === '' ? undefined : Number(text))),
    ),
    z.union([z.undefined(), days]),
  ),
} as const satisfies Variable<number | undefined>
