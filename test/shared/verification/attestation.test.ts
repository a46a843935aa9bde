import { timingSafeEqual } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { Attestation, attestation } from '../../../shared/verification/attestation.ts'
import { ATTESTATION, callWith, policyWith, refusalOf } from './call.ts'

vi.mock('node:crypto', { spy: true })

const old = 'the random value that goes out of use'
const rotating = new Attestation([ATTESTATION, old])

describe('attestation', () => {
  it('is matched by the value that the load balancer sets', async () => {
    expect(await attestation(callWith(), policyWith())).toEqual({ ok: true, value: { attestation: 'matched' } })
  })

  it.each([ATTESTATION, old])('is matched by either of two values while one replaces the other: %s', async value => {
    const policy = policyWith({ attestation: rotating })
    expect(await attestation(callWith({ 'X-Lb-Attestation': value }), policy)).toMatchObject({ ok: true })
  })

  it('is missed', async () => {
    const call = callWith({ 'X-Lb-Attestation': undefined })
    expect(refusalOf(await attestation(call, policyWith()), call)).toEqual({ code: 'attestation_missing' })
  })

  it.each([
    ['two values of which one is right', [ATTESTATION, 'forged']],
    ['the right value twice', [ATTESTATION, ATTESTATION]],
    ['an empty value before the right one', ['', ATTESTATION]],
  ])('is refused with %s', async (_, values) => {
    const call = callWith({ 'X-Lb-Attestation': values })
    expect(refusalOf(await attestation(call, policyWith()), call)).toEqual({
      code: 'header_duplicated',
      header: 'X-Lb-Attestation',
    })
  })

  it.each([
    '',
    'forged',
    old,
    ATTESTATION.toUpperCase(),
    ATTESTATION.slice(0, -1),
    `${ATTESTATION} `,
    ` ${ATTESTATION}`,
    `${ATTESTATION},${ATTESTATION}`,
    `${ATTESTATION}\0`,
    'x'.repeat(16_000),
  ])('does not match %.60j', async value => {
    const call = callWith({ 'X-Lb-Attestation': value })
    expect(refusalOf(await attestation(call, policyWith()), call)).toEqual({ code: 'attestation_mismatch' })
  })
})

describe('an Attestation', () => {
  it('compares with every value in constant time, whichever matches, if any', () => {
    for (const observed of [ATTESTATION, old, 'forged', '']) {
      vi.mocked(timingSafeEqual).mockClear()
      rotating.matches(observed)
      expect(timingSafeEqual).toHaveBeenCalledTimes(2)
    }
  })

  it('is not made of nothing', () => {
    expect(() => new Attestation([])).toThrow(RangeError)
  })

  it.each([
    ['one character short', '0123456789abcdef0123456789abcde'],
    ['of a word, repeated', 'changeme'.repeat(8)],
    ['of one character', '0'.repeat(64)],
  ])('is not made of a value that could be guessed (%s), and does not repeat it', (_kind, value) => {
    expect(() => new Attestation([ATTESTATION, value])).toThrow(
      /^an attestation value is random, of at least 32 characters$/,
    )
  })

  it('is made of a random one of 32 characters', () => {
    expect(() => new Attestation(['0123456789abcdef0123456789abcdef'])).not.toThrow()
  })
})
