import type { BenchCase } from '../bench-case.ts'
import { Contender } from '../contender.ts'
import { deployedWebhook } from '../deployed-webhook.ts'
import { callBytes, freshTokens, prepareSurroundings, recurringCalls } from '../genuine-calls.ts'
import { race } from '../race.ts'
import { underFramework } from '../server-process.ts'
import { welcomeEnvironment } from '../welcome.ts'

const COUNT = 800
const ROUNDS = { quick: 7, full: 21 }

export const throughputFresh: BenchCase = {
  name: 'throughput-fresh',
  about: 'the same; every request a new token',
  unit: 'answers/s',
  baselineName: 'no-op JSON handler, same framework',
  target: { atLeast: 0.75 },
  needsBuild: true,
  async measure(run) {
    await using around = await prepareSurroundings()
    const environment = await welcomeEnvironment(around)
    run.progress('signing tokens')
    const rounds = run.quick ? ROUNDS.quick : ROUNDS.full
    const tokens = await freshTokens(around.issuer, around.genuine, COUNT * rounds)
    /** Those of one round after the other; made outside of the measured time. */
    const nextCalls = () => {
      let used = 0
      return () => {
        used += COUNT
        return tokens.slice(used - COUNT, used).map(token => callBytes(around.balancerHeaders, token))
      }
    }
    await using ours = await Contender.start(deployedWebhook(), environment, nextCalls(), COUNT)
    await using noOp = await Contender.start(underFramework('no-op.js', 'noOp'), environment, nextCalls(), COUNT)
    return await race(run, ours, noOp, recurringCalls(around), ROUNDS)
  },
}
