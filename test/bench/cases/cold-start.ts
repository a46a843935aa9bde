import type { BenchCase } from '../bench-case.ts'
import { deployedWebhook } from '../deployed-webhook.ts'
import { firstAnswer } from '../first-answer.ts'
import { callBytes, prepareSurroundings } from '../genuine-calls.ts'
import { interleave, side } from '../interleave.ts'
import { underFramework } from '../server-process.ts'

/** The first starts fill the page cache. */
const WARM_UP_ROUNDS = 2

export const coldStart: BenchCase = {
  name: 'cold-start',
  about: 'from spawn to the first verified answer, as deployed',
  unit: 'ms',
  baselineName: 'the framework’s CLI with a bare handler',
  target: { atMost: 1 },
  needsBuild: true,
  async measure({ quick, progress }) {
    await using around = await prepareSurroundings()
    const { environment, issuer, genuine, balancerHeaders } = around
    const call = callBytes(balancerHeaders, issuer.issue(genuine))
    const bare = { ...environment, ANSWER: '{}' }
    const ours = side(() => firstAnswer(deployedWebhook(), environment, call))
    const framework = side(() => firstAnswer(underFramework('no-op.js', 'noOp'), bare, call))
    await interleave([ours, framework], (quick ? 11 : 31) + WARM_UP_ROUNDS, progress)
    return {
      ours: ours.samples.slice(WARM_UP_ROUNDS),
      baseline: framework.samples.slice(WARM_UP_ROUNDS),
      notes: {
        'started by': deployedWebhook()
          .args.map(arg => arg.replace(/.*node_modules\//, ''))
          .join(' '),
      },
    }
  },
}
