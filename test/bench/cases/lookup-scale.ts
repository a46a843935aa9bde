import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import type { Store } from '../../../shared/storage/store.ts'
import type { BenchCase } from '../bench-case.ts'
import { comparison } from '../comparison.ts'
import { accountOf, filledStore, keyOf, users } from '../filled-store.ts'
import { interleave, side } from '../interleave.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const MANY = 1_000_000
const FEW = 1000
const LOOKUPS = 1000
const WARM_UP_ROUNDS = 10

export const lookupScale: BenchCase = {
  name: 'lookup-scale',
  about: 'looking a user up among 1,000,000, anybody as likely as anybody: once by key, once by account (SQLite)',
  unit: 'µs',
  baselineName: 'among 1,000',
  target: { atMost: 1.2 },
  async measure({ quick, progress }) {
    await using folder = await temporaryFolder()
    progress(`writing ${MANY} records`)
    await using large = await filledStore(join(folder.path, 'large.db'), MANY)
    await using small = await filledStore(join(folder.path, 'small.db'), FEW)

    const gets = [timed(large, MANY, getUser), timed(small, FEW, getUser)] as const
    const finds = [timed(large, MANY, findUser), timed(small, FEW, findUser)] as const
    await interleave([...gets, ...finds], WARM_UP_ROUNDS + (quick ? 15 : 41), progress)

    const [byKey, byKeyOfFew, byAccount, byAccountOfFew] = [...gets, ...finds].map(({ samples }) =>
      samples.slice(WARM_UP_ROUNDS),
    )
    return {
      ours: sums(byKey, byAccount),
      baseline: sums(byKeyOfFew, byAccountOfFew),
      notes: {
        'by key': comparison(byKey, byKeyOfFew),
        'by account': comparison(byAccount, byAccountOfFew),
      },
    }
  },
}

type Lookup = (store: Store, index: number) => Promise<boolean>

const getUser: Lookup = async (store, index) => (await store.get(users, keyOf(index))) !== undefined

const findUser: Lookup = async (store, index) =>
  (await store.find(users, 'account', accountOf(index), { limit: 2 })).length === 1

/** Microseconds a lookup. */
const timed = (store: Store, count: number, lookUp: Lookup) =>
  side(async () => {
    const wanted = Array.from({ length: LOOKUPS }, () => randomInt(count))
    const startedAt = performance.now()
    for (const index of wanted) if (!(await lookUp(store, index))) throw new Error('a user is not there')
    return ((performance.now() - startedAt) / LOOKUPS) * 1000
  })

const sums = (one: readonly number[] = [], other: readonly number[] = []): readonly number[] =>
  one.map((sample, round) => sample + (other[round] ?? Number.NaN))
