import type { BenchCase } from '../bench-case.ts'
import { accountTurn } from './account-turn.ts'
import { coldStart } from './cold-start.ts'
import { coldStartRival } from './cold-start-rival.ts'
import { lookupScale } from './lookup-scale.ts'
import { memory } from './memory.ts'
import { purgeScale } from './purge-scale.ts'
import { refusals } from './refusals.ts'
import { soak } from './soak.ts'
import { tail } from './tail.ts'
import { throughputFresh } from './throughput-fresh.ts'
import { throughputLibraries } from './throughput-libraries.ts'
import { throughputRival } from './throughput-rival.ts'
import { throughputSeen } from './throughput-seen.ts'
import { verifyFresh } from './verify-fresh.ts'

/** Everything that is measured, in this order. */
export const cases: readonly BenchCase[] = [
  throughputSeen,
  throughputFresh,
  throughputRival,
  throughputLibraries,
  verifyFresh,
  coldStart,
  coldStartRival,
  memory,
  tail,
  accountTurn,
  lookupScale,
  purgeScale,
  refusals,
  soak,
]
