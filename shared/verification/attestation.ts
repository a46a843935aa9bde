import { hash, timingSafeEqual } from 'node:crypto'
import { fail, ok } from '../runtime/result.ts'
import type { Check } from './call.ts'
import { ATTESTATION_HEADER } from './headers.ts'

/** Anything shorter could be guessed. `openssl rand -base64 32` gives 44 characters. */
export const MIN_ATTESTATION_LENGTH = 16

const digest = (text: string): Buffer => hash('sha256', text, 'buffer')

/**
 * The random value that our load balancer sets in `X-Lb-Attestation`: proof that a call came through it and not by
 * the run.app URL, another load balancer or the VPC. Two values are accepted while the value is being rotated.
 */
export class Attestation {
  readonly #digests: readonly Buffer[]

  /** @throws {RangeError} without a value, or with one that could be guessed */
  constructor(values: readonly string[]) {
    if (values.length === 0) throw new RangeError('at least one attestation value is needed')
    if (values.some(value => value.length < MIN_ATTESTATION_LENGTH)) {
      throw new RangeError(`an attestation value has at least ${MIN_ATTESTATION_LENGTH} characters`)
    }
    this.#digests = values.map(digest)
  }

  /** In time that depends neither on where the values differ nor on which one matches. */
  matches(observed: string): boolean {
    const candidate = digest(observed)
    let matched = false
    for (const accepted of this.#digests) matched = timingSafeEqual(accepted, candidate) || matched
    return matched
  }
}

export const attestation: Check = (call, policy) => {
  const value = call.headers.once(ATTESTATION_HEADER)
  if (!value.ok) return value.error.code === 'header_missing' ? fail({ code: 'attestation_missing' }) : value
  return policy.attestation.matches(value.value)
    ? ok({ attestation: 'matched' })
    : fail({ code: 'attestation_mismatch' })
}
