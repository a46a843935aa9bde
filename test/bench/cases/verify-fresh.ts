import { verify as verifyRsa } from 'node:crypto'
import { readWebhookConfiguration } from '../../../functions/webhook/configuration.ts'
import { createPolicy } from '../../../functions/webhook/policy.ts'
import { systemClock } from '../../../shared/runtime/clock.ts'
import { fetchKeysFrom } from '../../../shared/verification/fetch-keys.ts'
import { Headers } from '../../../shared/verification/headers.ts'
import { createKeySource } from '../../../shared/verification/key-source.ts'
import { verify } from '../../../shared/verification/verify.ts'
import type { BenchCase } from '../bench-case.ts'
import { freshTokens, prepareSurroundings, type Surroundings } from '../genuine-calls.ts'
import { interleave, side } from '../interleave.ts'

/** Calls of one side in a round: about 15 ms. */
const COUNT = 250
const WARM_UP_ROUNDS = 8

export const verifyFresh: BenchCase = {
  name: 'verify-fresh',
  about: 'the verification of a call in process, every token a new one: all checks, from raw headers to proofs',
  unit: 'µs',
  baselineName: 'node:crypto’s RS256 verification alone',
  target: { atMost: 1.6 },
  async measure({ quick, progress }) {
    await using around = await prepareSurroundings()
    progress('signing tokens')
    const rounds = (quick ? 20 : 60) + WARM_UP_ROUNDS
    const tokens = await freshTokens(around.issuer, around.genuine, COUNT * rounds)
    const { publicKey } = around.issuer.key

    const policy = await policyOf(around)
    const [call, limit] = [chunks(tokens), chunks(tokens)]
    const ours = side(async () => {
      const raws = call().map(token => [
        ...around.balancerHeaders.flat(),
        ...['Authorization', flat(`Bearer ${token}`), 'Content-Type', 'application/json', 'Content-Length', '900'],
      ])
      const startedAt = performance.now()
      for (const raw of raws) {
        const verified = await verify({ method: 'POST', headers: new Headers(raw) }, policy)
        if (!verified.ok) throw new Error(`refused: ${verified.error.code}`)
      }
      return ((performance.now() - startedAt) / COUNT) * 1000
    })
    const rsa = side(() => {
      const inputs = limit().map(token => {
        const end = token.lastIndexOf('.')
        return { input: Buffer.from(token.slice(0, end)), signature: Buffer.from(token.slice(end + 1), 'base64url') }
      })
      const startedAt = performance.now()
      for (const { input, signature } of inputs) {
        if (!verifyRsa('RSA-SHA256', input, publicKey, signature)) throw new Error('refused')
      }
      return ((performance.now() - startedAt) / COUNT) * 1000
    })
    await interleave([ours, rsa], rounds, progress)
    return { ours: ours.samples.slice(WARM_UP_ROUNDS), baseline: rsa.samples.slice(WARM_UP_ROUNDS) }
  },
}

/** Node's header values are flat strings, and not ropes that the first to read them has to join. */
const flat = (text: string): string => Buffer.from(text, 'latin1').toString('latin1')

/** The policy of the deployed webhook, its keys fetched. */
const policyOf = async ({ environment }: Surroundings) => {
  const configuration = readWebhookConfiguration(environment)
  if (!configuration.ok) throw new Error('the configuration is wrong')
  const keys = createKeySource(fetchKeysFrom(configuration.value.GOOGLE_CERTS_URL), systemClock, () => {})
  await keys.prefetch()
  const policy = await createPolicy(configuration.value, { keys, clock: systemClock, environment })
  if (!policy.ok) throw new Error('the policy is wrong')
  return policy.value
}

/** The tokens of one round after the other. */
const chunks = (tokens: readonly string[]) => {
  let used = 0
  return (): readonly string[] => {
    used += COUNT
    return tokens.slice(used - COUNT, used)
  }
}
