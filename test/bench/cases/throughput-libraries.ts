import type { BenchCase } from '../bench-case.ts'
import { Contender } from '../contender.ts'
import { deployedWebhook } from '../deployed-webhook.ts'
import { prepareSurroundings, recurringCalls } from '../genuine-calls.ts'
import { interleave } from '../interleave.ts'
import { underFramework } from '../server-process.ts'
import { median } from '../statistics.ts'
import { welcomeEnvironment } from '../welcome.ts'

const COUNT = 1500
const WARM_UP = 3000

export const throughputLibraries: BenchCase = {
  name: 'throughput-libraries',
  about: 'the same against Google’s former libraries, which verify nothing: the faster of the two',
  unit: 'answers/s',
  baselineName: 'dialogflow-fulfillment or actions-on-google',
  target: { atLeast: 1 },
  needsBuild: true,
  needsPeers: true,
  async measure({ quick, progress }) {
    await using around = await prepareSurroundings()
    const calls = recurringCalls(around)
    const environment = await welcomeEnvironment(around)
    const library = (file: string) => Contender.start(underFramework(file, 'webhook'), environment, () => calls, COUNT)
    await using ours = await Contender.start(deployedWebhook(), environment, () => calls, COUNT)
    await using fulfillment = await library('dialogflow-fulfillment.js')
    await using actions = await library('actions-on-google.js')
    progress('warming up')
    for (const { load } of [ours, fulfillment, actions]) await load.closedLoop(calls, WARM_UP)
    await interleave([ours, fulfillment, actions], quick ? 4 : 15, progress)

    const rates = { fulfillment: median(fulfillment.samples), actions: median(actions.samples) }
    const faster = rates.fulfillment > rates.actions
    return {
      ours: ours.samples,
      baseline: faster ? fulfillment.samples : actions.samples,
      baselineName: faster ? 'dialogflow-fulfillment 0.6.1' : 'actions-on-google 3.0.0',
      notes: {
        'dialogflow-fulfillment, answers/s': Math.round(rates.fulfillment),
        'actions-on-google, answers/s': Math.round(rates.actions),
      },
    }
  },
}
