import assert from 'node:assert/strict'
import { decodeCertificate, decodeCertificateChain } from '../../../shared/verification/certificate-field.ts'
import { parseCertificate, verifyLeaf } from '../../../shared/verification/leaf-certificate.ts'
import { corpusCertificates } from '../corpora.ts'
import { field, intermediate, leaf, NOW, newPolicy, root } from '../genuine.ts'
import type { FuzzTarget } from '../target.ts'

/** The signed part of a certificate: its first element, behind the four bytes that open it. RFC 5280 §4.1. */
const signedPart = leaf.raw.subarray(4, 8 + leaf.raw.readUInt16BE(6))

const { profiles } = newPolicy().peer

/** A profile that anybody's name meets, so that signatures and dates are looked at too. */
const anybody = {
  ...profiles[0],
  name: 'anybody',
  subject: { attribute: 'CN', startsWith: '' },
  issuer: undefined,
  anchors: [root, intermediate],
  sunset: undefined,
}

export const certificate: FuzzTarget = {
  name: 'certificate',
  promise: 'bytes that are no genuine certificate are refused as data, and those of one pass unchanged',
  maxLength: 16 * 1024,
  seeds: () => [leaf.raw, intermediate.raw, root.raw, ...corpusCertificates()],
  mutators: [],
  words: ['shared/verification/leaf-certificate.ts'],
  check(input) {
    const decoded = decodeCertificate(field(input))
    if (!decoded.ok) return decoded.error
    assert.ok(decoded.value.equals(input), 'decoded to other bytes')
    const chain = decodeCertificateChain([field(input), field(root.raw)].join(', '))
    assert.ok(!chain.ok || chain.value[0]?.equals(input), 'another chain than was sent')

    const parsed = parseCertificate(input)
    if (!parsed.ok) return parsed.error
    const outcomes = [profiles, [anybody]].map(accepted => {
      const outcome = verifyLeaf({ leaf: parsed.value, chain: [intermediate] }, accepted, NOW)
      if (outcome.ok) {
        assert.ok(input.includes(signedPart), 'a certificate that nobody has issued')
        assert.ok(
          outcome.value.validUntil >= NOW && outcome.value.validUntil <= outcome.value.notAfter,
          'valid for longer than it is',
        )
        return 'believed'
      }
      assert.ok(JSON.stringify(outcome.error).length < 4096, 'a refusal without bound')
      return [outcome.error.code, 'reason' in outcome.error && outcome.error.reason].join(' ')
    })
    return outcomes.join(', ')
  },
}
