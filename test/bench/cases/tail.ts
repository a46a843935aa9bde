import type { BenchCase } from '../bench-case.ts'
import { Contender } from '../contender.ts'
import { deployedWebhook } from '../deployed-webhook.ts'
import { prepareSurroundings, recurringCalls } from '../genuine-calls.ts'
import { interleave, side } from '../interleave.ts'
import { underFramework } from '../server-process.ts'
import { median, quantile } from '../statistics.ts'
import { welcomeEnvironment } from '../welcome.ts'

const PEAK_COUNT = 2000
const SECONDS_A_ROUND = 1.5

export const tail: BenchCase = {
  name: 'tail',
  about: 'the time that 99 % of answers keep at half of our peak rate, requests going out on schedule',
  unit: 'ms',
  baselineName: 'no-op JSON handler, same framework, same rate',
  target: { atMost: 1.5 },
  needsBuild: true,
  async measure({ quick, progress }) {
    await using around = await prepareSurroundings()
    const calls = recurringCalls(around)
    const environment = await welcomeEnvironment(around)
    await using ours = await Contender.start(deployedWebhook(), environment, () => calls, PEAK_COUNT)
    await using noOp = await Contender.start(underFramework('no-op.js', 'noOp'), environment, () => calls, PEAK_COUNT)
    progress('finding the peak')
    await noOp.load.closedLoop(calls, 2 * PEAK_COUNT)
    await ours.load.closedLoop(calls, 2 * PEAK_COUNT)
    const peaks = [await ours.measure(), await ours.measure(), await ours.measure()]
    const rate = median(peaks) / 2

    const p99 = ({ load }: Contender) =>
      side(async () => quantile(await load.openLoop(calls, Math.ceil(rate * SECONDS_A_ROUND), rate), 0.99))
    const [oursSide, noOpSide] = [p99(ours), p99(noOp)]
    await interleave([oursSide, noOpSide], quick ? 5 : 15, progress)
    return { ours: oursSide.samples, baseline: noOpSide.samples, notes: { 'requests a second': Math.round(rate) } }
  },
}
