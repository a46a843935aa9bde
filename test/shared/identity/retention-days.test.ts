import { describe, expect, test } from 'vitest'
import { retentionDaysVariable } from '../../../shared/identity/retention-days.ts'
import { readConfiguration } from '../../../shared/runtime/configuration.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import { startInstance } from './instance.ts'

const read = (RETENTION_DAYS: string | undefined) =>
  readConfiguration({ RETENTION_DAYS: retentionDaysVariable }, { RETENTION_DAYS })

describe('the retention period', () => {
  test.each([
    ['7', 7],
    ['1100', 1100],
    [' 30 ', 30],
    ['', undefined],
    [undefined, undefined],
  ])('%j is %s days', (text, days) => {
    expect(read(text)).toEqual({ ok: true, value: { RETENTION_DAYS: days } })
  })

  test.each(['6', '1101', '0', '-7', '7.5', '7e1', '0x10', '08', '+30', '30 days', 'off', '11000', '∞'])(
    '%j is refused, and says what was expected',
    text => {
      expect(read(text)).toMatchObject({
        ok: false,
        error: [{ variable: 'RETENTION_DAYS', problem: 'invalid', expected: expect.stringContaining('7 to 1100') }],
      })
    },
  )

  test.each([6, 1101, 7.5, Number.NaN, Number.POSITIVE_INFINITY])('of %s days makes no instance', retentionDays => {
    const store = sqliteStore(':memory:', { clock: Date.now })
    const clock = { now: 0 }
    expect(() => startInstance({ store, clock, retentionDays })).toThrow(RangeError)
  })
})
