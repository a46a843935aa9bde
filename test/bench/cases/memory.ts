import type { BenchCase } from '../bench-case.ts'
import { Contender } from '../contender.ts'
import { deployedWebhook } from '../deployed-webhook.ts'
import { prepareSurroundings, recurringCalls } from '../genuine-calls.ts'
import { residentMemory } from '../process-usage.ts'
import { underFramework } from '../server-process.ts'
import { median } from '../statistics.ts'
import { welcomeEnvironment } from '../welcome.ts'

/** Requests between two looks. */
const SLICE = 1000
/** The last looks, whose median counts: garbage comes and goes. */
const LOOKS = 10

export const memory: BenchCase = {
  name: 'memory',
  about: 'resident memory after 50,000 requests (10,000 when quick)',
  unit: 'MiB',
  baselineName: 'no-op JSON handler, same framework',
  target: { atMost: 1.25 },
  needsBuild: true,
  async measure({ quick, progress }) {
    await using around = await prepareSurroundings()
    const calls = recurringCalls(around)
    const environment = await welcomeEnvironment(around)
    const slices = quick ? 10 : 50

    const fill = async ({ load, server }: Contender): Promise<number> => {
      const looks: number[] = []
      for (let slice = 0; slice < slices; slice += 1) {
        await load.closedLoop(calls, SLICE)
        looks.push(residentMemory(server.pid))
      }
      return median(looks.slice(-LOOKS))
    }
    const measured: { readonly ours: number[]; readonly baseline: number[] } = { ours: [], baseline: [] }
    const rounds = quick ? 2 : 3
    for (let round = 0; round < rounds; round += 1) {
      progress(`processes ${round + 1} of ${rounds}`)
      await using ours = await Contender.start(deployedWebhook(), environment, () => calls, SLICE)
      await using noOp = await Contender.start(underFramework('no-op.js', 'noOp'), environment, () => calls, SLICE)
      measured.ours.push(await fill(ours))
      measured.baseline.push(await fill(noOp))
    }
    return measured
  },
}
