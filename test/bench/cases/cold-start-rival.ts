import type { BenchCase } from '../bench-case.ts'
import { deployedWebhook } from '../deployed-webhook.ts'
import { firstAnswer } from '../first-answer.ts'
import { callBytes, prepareSurroundings } from '../genuine-calls.ts'
import { interleave, side } from '../interleave.ts'
import { underFramework } from '../server-process.ts'

const WARM_UP_ROUNDS = 1

export const coldStartRival: BenchCase = {
  name: 'cold-start-rival',
  about: 'the same against what people write, unbundled; it is spared the call to Secret Manager',
  unit: 'ms',
  baselineName: '30 lines with google-auth-library and Secret Manager',
  target: { atMost: 0.45 },
  needsBuild: true,
  needsPeers: true,
  async measure({ quick, progress }) {
    await using around = await prepareSurroundings()
    const { environment, issuer, genuine, balancerHeaders, pemCertsUrl } = around
    const call = callBytes(balancerHeaders, issuer.issue(genuine))
    const rivalEnvironment = { ...environment, PEM_CERTS_URL: pemCertsUrl, ANSWER: '{}' }
    const ours = side(() => firstAnswer(deployedWebhook(), environment, call))
    const rival = side(() => firstAnswer(underFramework('google-auth-library.js', 'webhook'), rivalEnvironment, call))
    await interleave([ours, rival], (quick ? 5 : 15) + WARM_UP_ROUNDS, progress)
    return { ours: ours.samples.slice(WARM_UP_ROUNDS), baseline: rival.samples.slice(WARM_UP_ROUNDS) }
  },
}
