import { describe, expect, test } from 'vitest'
import type { Purge } from '../../../functions/retention/purge.ts'
import { runPurges } from '../../../functions/retention/run-purges.ts'
import { StoreError } from '../../../shared/storage/store-error.ts'
import { recordLog } from '../../shared/intents/recorded-log.ts'

/** A purge of so many records, ten a batch, each batch taking a second. */
const purgeOf = (name: string, records: number, clock: { now: number }, batches: string[] = []): Purge => {
  let left = records
  return {
    name,
    async takeBatch() {
      const taken = Math.min(10, left)
      left -= taken
      clock.now += 1000
      batches.push(name)
      return { [name]: taken }
    },
  }
}

const run = (
  purges: readonly Purge[],
  clock: { now: number },
  bounds: { deadlineMs?: number; maxRecords?: number },
) => {
  const { log, entries } = recordLog()
  const all = { clock: () => clock.now, deadlineMs: 600_000, maxRecords: 1000, ...bounds }
  return runPurges(purges, all, log).then(done => ({ ...done, entries }))
}

describe('a run', () => {
  test('goes on until there is no more', async () => {
    const clock = { now: 0 }
    expect(await run([purgeOf('a', 25, clock), purgeOf('b', 0, clock)], clock, {})).toMatchObject({
      purged: { a: 25, b: 0 },
      more: false,
      durationMs: 5000,
      failed: [],
    })
  })

  test('has nobody wait for another’s backlog', async () => {
    const clock = { now: 0 }
    const batches: string[] = []
    await run([purgeOf('a', 30, clock, batches), purgeOf('b', 10, clock, batches)], clock, {})
    expect(batches.join('')).toBe('ababaa')
  })

  test('stops at its number of records, and says that there is more', async () => {
    const clock = { now: 0 }
    const purges = [purgeOf('a', 1000, clock)]
    expect(await run(purges, clock, { maxRecords: 30 })).toMatchObject({ purged: { a: 30 }, more: true })
    expect(await run(purges, clock, { maxRecords: 5 })).toMatchObject({ purged: { a: 10 }, more: true })
  })

  test('stops at its deadline, and says that there is more', async () => {
    const clock = { now: 0 }
    const purges = [purgeOf('a', 1000, clock), purgeOf('b', 1000, clock)]
    expect(await run(purges, clock, { deadlineMs: 3000 })).toMatchObject({
      purged: { a: 20, b: 10 },
      more: true,
      durationMs: 3000,
    })
  })

  test('is not ended by a purge that fails', async () => {
    const clock = { now: 0 }
    const broken: Purge = { name: 'broken', takeBatch: () => Promise.reject(new StoreError('contention', 'key 4711')) }
    const { entries, ...done } = await run([broken, purgeOf('a', 20, clock)], clock, {})
    expect(done).toMatchObject({ purged: { a: 20 }, more: false, failed: ['broken'] })
    expect(entries).toEqual([
      {
        severity: 'ERROR',
        message: 'purge failed',
        fields: { purge: 'broken', error: expect.objectContaining({ name: 'StoreError', code: 'contention' }) },
      },
    ])
    expect(JSON.stringify(entries)).not.toContain('4711')
  })
})
