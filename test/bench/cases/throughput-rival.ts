import type { BenchCase } from '../bench-case.ts'
import { Contender } from '../contender.ts'
import { deployedWebhook } from '../deployed-webhook.ts'
import { prepareSurroundings, recurringCalls } from '../genuine-calls.ts'
import { race } from '../race.ts'
import { underFramework } from '../server-process.ts'
import { welcomeEnvironment } from '../welcome.ts'

const COUNT = 1500

export const throughputRival: BenchCase = {
  name: 'throughput-rival',
  about: 'the same against what people write, which checks less; tokens recur',
  unit: 'answers/s',
  baselineName: '30 lines with google-auth-library',
  target: { atLeast: 1.3 },
  needsBuild: true,
  needsPeers: true,
  async measure(run) {
    await using around = await prepareSurroundings()
    const calls = recurringCalls(around)
    const environment = await welcomeEnvironment(around)
    const rivalCommand = underFramework('google-auth-library.js', 'webhook')
    await using ours = await Contender.start(deployedWebhook(), environment, () => calls, COUNT)
    await using rival = await Contender.start(rivalCommand, environment, () => calls, COUNT)
    return await race(run, ours, rival, calls, { quick: 5, full: 15 })
  },
}
