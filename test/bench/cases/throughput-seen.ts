import type { BenchCase } from '../bench-case.ts'
import { Contender } from '../contender.ts'
import { deployedWebhook } from '../deployed-webhook.ts'
import { prepareSurroundings, recurringCalls } from '../genuine-calls.ts'
import { race } from '../race.ts'
import { underFramework } from '../server-process.ts'
import { welcomeEnvironment } from '../welcome.ts'

const COUNT = 2000

export const throughputSeen: BenchCase = {
  name: 'throughput-seen',
  about: 'verified answers a second; tokens recur as Dialogflow’s do',
  unit: 'answers/s',
  baselineName: 'no-op JSON handler, same framework',
  target: { atLeast: 0.9 },
  needsBuild: true,
  async measure(run) {
    await using around = await prepareSurroundings()
    const calls = recurringCalls(around)
    const environment = await welcomeEnvironment(around)
    await using ours = await Contender.start(deployedWebhook(), environment, () => calls, COUNT)
    await using noOp = await Contender.start(underFramework('no-op.js', 'noOp'), environment, () => calls, COUNT)
    return await race(run, ours, noOp, calls, { quick: 7, full: 25 })
  },
}
