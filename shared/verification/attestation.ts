import { hash, timingSafeEqual } from 'node:crypto'
import { fail, ok } from '../runtime/result.ts'
import type { Check } from './call.ts'
import { ATTESTATION_HEADER } from './headers.ts'

/** Anything shorter could be guessed. `openssl rand -base64 32` gives 44 characters. */
const MIN_LENGTH = 32
/** Of 32 random hexadecimal digits fewer are different in one of 30 million cases; in `changeme` repeated, seven are. */
const MIN_DISTINCT = 8

export const ATTESTATION_RULE = `random, of at least ${MIN_LENGTH} characters`

/** Whether a value is too short to be secret, or made by hand. */
export const isGuessable = (value: string): boolean => value.length < MIN_LENGTH || new Set(value).size < MIN_DISTINCT

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
    if (values.some(isGuessable)) throw new RangeError(`an attestation value is ${ATTESTATION_RULE}`)
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
