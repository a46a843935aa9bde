import type { BenchCase } from '../bench-case.ts'
import { Contender } from '../contender.ts'
import { deployedWebhook } from '../deployed-webhook.ts'
import { callBytes, freshTokens, prepareSurroundings } from '../genuine-calls.ts'
import { race, WARM_UP } from '../race.ts'
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
    const warmUp = run.quick ? WARM_UP.quick : WARM_UP.full
    const callsOf = (tokens: readonly string[]) => tokens.map(token => callBytes(around.balancerHeaders, token))
    const warm = callsOf(await freshTokens(around.issuer, around.genuine, warmUp))
    const tokens = await freshTokens(around.issuer, around.genuine, COUNT * rounds)
    /** Those of one round after the other; made outside of the measured time. */
    const nextCalls = () => {
      let used = 0
      return () => {
        used += COUNT
        return callsOf(tokens.slice(used - COUNT, used))
      }
    }
    await using ours = await Contender.start(deployedWebhook(), environment, nextCalls(), COUNT)
    await using noOp = await Contender.start(underFramework('no-op.js', 'noOp'), environment, nextCalls(), COUNT)
    return await race(run, ours, noOp, warm, ROUNDS)
  },
}
