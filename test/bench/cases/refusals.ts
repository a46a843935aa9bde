import { generateSigningKey, type SigningKey } from '../../../infra/local/tokens/identity-token.ts'
import type { BenchCase } from '../bench-case.ts'
import { deployedWebhook } from '../deployed-webhook.ts'
import { callBytes, freshTokens, prepareSurroundings, recurringCalls, type Surroundings } from '../genuine-calls.ts'
import { interleave, side } from '../interleave.ts'
import { Load } from '../load.ts'
import { processorTime } from '../process-usage.ts'
import { startServer } from '../server-process.ts'
import { median } from '../statistics.ts'

const COUNT = 1000
const WARM_UP = 3000

export const refusals: BenchCase = {
  name: 'refusals',
  about: 'processor time of a refused call, of the kind that costs most',
  unit: 'µs',
  baselineName: 'a genuine call, answered',
  target: { atMost: 1 },
  needsBuild: true,
  async measure({ quick, progress }) {
    await using around = await prepareSurroundings()
    await using server = await startServer(deployedWebhook(), around.environment)
    const load = new Load(server.port)
    const costOf = (calls: readonly Buffer[], status: number) =>
      side(async () => {
        const before = processorTime(server.pid)
        await load.closedLoop(calls, COUNT, status)
        return ((processorTime(server.pid) - before) / COUNT) * 1000
      })

    const genuine = recurringCalls(around)
    const kinds = await hostileCalls(around)
    progress('warming up')
    await load.closedLoop(genuine, WARM_UP)
    for (const { calls, status } of kinds) await load.closedLoop(calls, WARM_UP, status)
    const answered = costOf(genuine, 200)
    const refused = kinds.map(({ calls, status }) => costOf(calls, status))
    await interleave([answered, ...refused], quick ? 5 : 15, progress)

    const costs = refused.map(({ samples }) => median(samples))
    const dearest = costs.indexOf(Math.max(...costs))
    return {
      ours: refused[dearest]?.samples ?? [],
      baseline: answered.samples,
      notes: Object.fromEntries(kinds.map(({ name }, index) => [name, `${costs[index]?.toFixed(0)} µs`])),
    }
  },
}

type Hostile = { readonly name: string; readonly status: number; readonly calls: readonly Buffer[] }

const hostileCalls = async ({ issuer, genuine, balancerHeaders }: Surroundings): Promise<readonly Hostile[]> => {
  const foreign = { ...genuine, serviceAgent: 'service-999999999999@gcp-sa-dialogflow.iam.gserviceaccount.com' }
  const otherKey = (key: SigningKey) => issuer.issue({ ...genuine, key })
  const unknownKey = await generateSigningKey('an id that nobody knows')
  const impostor = await generateSigningKey(issuer.key.kid)
  const kind = (name: string, status: number, tokens: readonly string[], headers = balancerHeaders): Hostile => ({
    name,
    status,
    calls: tokens.map(token => callBytes(headers, token)),
  })
  return [
    kind('no certificate headers', 403, [issuer.issue(genuine)], []),
    kind('a garbage token', 401, ['a'.repeat(700), 'a.b.c']),
    kind('a token of an unknown key', 401, [otherKey(unknownKey)]),
    kind('a token of a known key with a wrong signature', 401, [otherKey(impostor)]),
    // All different, as none is remembered.
    kind('a valid token of another agent', 403, await freshTokens(issuer, foreign, COUNT)),
  ]
}
