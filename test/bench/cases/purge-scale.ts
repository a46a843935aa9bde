import { join } from 'node:path'
import type { Store } from '../../../shared/storage/store.ts'
import type { BenchCase } from '../bench-case.ts'
import { FIRST_EXPIRY, fill, filledStore, users } from '../filled-store.ts'
import { interleave, side } from '../interleave.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const MANY = 1_000_000
const FEW = 20_000
const EXPIRED = 10_000
/** As the function `retention` takes them. */
const BATCH = 100

export const purgeScale: BenchCase = {
  name: 'purge-scale',
  about: 'deleting 10,000 expired of 1,000,000 records, as the daily purge does (SQLite)',
  unit: 'ms',
  baselineName: 'of 20,000',
  target: { atMost: 1.3 },
  async measure({ quick, progress }) {
    await using folder = await temporaryFolder()
    const open = async (name: string, count: number) => {
      const path = join(folder.path, name)
      const store = await filledStore(path, count)
      let first = 0
      const purge = side(async () => {
        const time = await purgeExpired(store, FIRST_EXPIRY + first + EXPIRED - 1)
        // As many as before, for the next round.
        await fill(path, first + count, EXPIRED)
        first += EXPIRED
        return time
      })
      return { purge, [Symbol.asyncDispose]: () => store.close() }
    }
    progress(`writing ${MANY} records`)
    await using large = await open('large.db', MANY)
    await using small = await open('small.db', FEW)
    await interleave([large.purge, small.purge], quick ? 5 : 11, progress)
    return { ours: large.purge.samples, baseline: small.purge.samples }
  },
}

/** @returns milliseconds */
const purgeExpired = async (store: Store, moment: number): Promise<number> => {
  const startedAt = performance.now()
  let purged = 0
  for (;;) {
    const expired = await store.expired(users, moment, { limit: BATCH })
    if (expired.length === 0) break
    const deleted = await Promise.all(expired.map(({ key, version }) => store.delete(users, key, version)))
    purged += deleted.filter(Boolean).length
  }
  if (purged !== EXPIRED) throw new Error(`${purged} records were purged, not ${EXPIRED}`)
  return performance.now() - startedAt
}
