import { join } from 'node:path'
import type { Identity } from '../../../shared/identity/identity.ts'
import type { BenchCase } from '../bench-case.ts'
import { FIRST_USE, fillProfiles, identityOver, KEPT_MS } from '../filled-profiles.ts'
import { interleave, side } from '../interleave.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const MANY = 1_000_000
const FEW = 20_000
const EXPIRED = 10_000
/** As the function `retention` takes them: see `purge-users.ts`. */
const BATCH = 100

export const purgeScale: BenchCase = {
  name: 'purge-scale',
  about: 'deleting 10,000 expired of 1,000,000 profiles: the daily purge (SQLite)',
  unit: 'ms',
  baselineName: 'of 20,000',
  target: { atMost: 1.3 },
  async measure({ quick, progress }) {
    await using folder = await temporaryFolder()
    const open = async (name: string, count: number) => {
      const path = join(folder.path, name)
      const clock = { now: 0 }
      const identity = await identityOver(path, count, clock)
      let first = 0
      const purge = side(async () => {
        clock.now = FIRST_USE + first + EXPIRED - 1 + KEPT_MS
        const time = await purgeExpired(identity)
        // As many as before, for the next round.
        await fillProfiles(path, first + count, EXPIRED)
        first += EXPIRED
        return time
      })
      return { purge, [Symbol.asyncDispose]: () => identity[Symbol.asyncDispose]() }
    }
    progress(`writing ${MANY} profiles`)
    await using large = await open('large.db', MANY)
    await using small = await open('small.db', FEW)
    await interleave([large.purge, small.purge], quick ? 5 : 11, progress)
    return { ours: large.purge.samples, baseline: small.purge.samples }
  },
}

/** @returns milliseconds */
const purgeExpired = async (identity: Identity): Promise<number> => {
  const startedAt = performance.now()
  let purged = 0
  for (;;) {
    const { profiles } = await identity.purgeExpired(BATCH)
    if (profiles === 0) break
    purged += profiles
  }
  if (purged !== EXPIRED) throw new Error(`${purged} profiles were purged, not ${EXPIRED}`)
  return performance.now() - startedAt
}
