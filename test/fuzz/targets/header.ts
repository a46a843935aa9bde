import assert from 'node:assert/strict'
import peerCertificateHeaders from '../../../infra/peer-certificate-headers.json' with { type: 'json' }
import { Headers } from '../../../shared/verification/headers.ts'
import { verify } from '../../../shared/verification/verify.ts'
import { ATTESTATION, field, headers, intermediate, leaf, newPolicy, signature, token } from '../genuine.ts'
import type { FuzzTarget } from '../target.ts'

type Field = readonly [name: string, value: string]

export const writeFields = (fields: readonly Field[]): Buffer =>
  Buffer.from(fields.map(([name, value]) => `${name}: ${value}`).join('\n'), 'latin1')

const read = (input: Buffer): readonly Field[] =>
  input
    .toString('latin1')
    .split('\n')
    .map(line => {
      const [name = '', ...value] = line.split(': ')
      return [name, value.join(': ')]
    })

/** What has to be there once and in these words; what may be there in several is left to the assertions. */
const ONLY = new Map([
  ['x-lb-attestation', ATTESTATION],
  ['x-client-cert-present', 'true'],
  ['x-client-cert-chain-verified', 'true'],
  ['x-client-cert-leaf', field(leaf.raw)],
])

const DECISIVE = [...Object.keys(peerCertificateHeaders), ...ONLY.keys(), 'content-type', 'content-length']

/** Enough of a token to know it by. */
const piece = signature.slice(0, 32)

/** What a call has to be that was believed, said in another way than the code says it. */
const assertGenuine = (fields: readonly Field[]) => {
  const valuesOf = (wanted: string) =>
    fields.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
  for (const [name, value] of ONLY)
    assert.deepEqual(valuesOf(name), [value], 'believed without a header as it has to be')
  const [credentials = '', ...others] = valuesOf('authorization')
  assert.deepEqual([credentials.replace(/^bearer +/i, ''), ...others], [token], 'believed with another token')
  const [chain = ''] = valuesOf('x-client-cert-chain')
  assert.ok(chain.startsWith(field(intermediate.raw)), 'believed with another chain')
  assert.match(valuesOf('content-type').join(), /^application\/json/i, 'believed with another type of body')
  const forged = fields.find(([name]) => {
    const hyphenated = name.toLowerCase().replaceAll('_', '-')
    return name.includes('_') && DECISIVE.some(decisive => decisive.toLowerCase() === hyphenated)
  })
  assert.equal(forged, undefined, 'believed with a look-alike of a header')
}

export const header: FuzzTarget = {
  name: 'header',
  promise: 'a call is believed with exactly the genuine headers, twice as once, and a refusal shows no secret',
  maxLength: 40 * 1024,
  seeds: () => [writeFields(headers), writeFields(headers.map(([name, value]) => [name.toLowerCase(), value]))],
  mutators: [
    (input, { random, other }) => {
      const fields = [...read(input)]
      fields.splice(random.below(fields.length), random.below(2), random.pick(read(other())))
      return writeFields(fields)
    },
    (input, { random, words }) => {
      const fields = [...read(input)]
      const at = random.below(fields.length)
      const [name = '', value = ''] = fields[at] ?? []
      const spelled = random.pick([name.replace('-', '_'), name.toUpperCase(), `${name} `, random.pick(words)])
      fields[at] = random.oneIn(2) ? [spelled, value] : [name, random.pick(words)]
      return writeFields(fields)
    },
  ],
  words: ['shared/verification'],
  async check(input) {
    const fields = read(input)
    const call = { method: 'POST', headers: new Headers(fields.flat()) }
    const policy = newPolicy()
    const outcome = await verify(call, policy)
    const again = await verify(call, policy)
    assert.equal(again.ok, outcome.ok, 'another answer when asked again')
    if (outcome.ok) {
      assertGenuine(fields)
      return 'believed'
    }
    const shown = JSON.stringify(outcome.error)
    assert.ok(shown.length < 4096, 'a refusal without bound')
    // Where it stands in a header that is no secret, it is what an operator has to see.
    const isMisplaced = fields.some(
      ([name, value]) => name.toLowerCase() !== 'authorization' && (name + value).includes(piece),
    )
    assert.ok(isMisplaced || !shown.includes(piece), 'a refusal that shows a token')
    return [outcome.error.code, 'reason' in outcome.error && outcome.error.reason].join(' ')
  },
}
