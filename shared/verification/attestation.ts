import { timingSafeEqual } from 'node:crypto'
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

/**
 * The random value that our load balancer sets in `X-Lb-Attestation`: proof that a call came through it and not by
 * the run.app URL, another load balancer or the VPC. Two values are accepted while the value is being rotated.
 */
export class Attestation {
  readonly #accepted: readonly { readonly bytes: Buffer; readonly length: number }[]
  /** All are compared over this length, so that not even the length of a value shows in the time. */
  readonly #candidate: Buffer

  /** @throws {RangeError} without a value, or with one that could be guessed */
  constructor(values: readonly string[]) {
    if (values.length === 0) throw new RangeError('at least one attestation value is needed')
    if (values.some(isGuessable)) throw new RangeError(`an attestation value is ${ATTESTATION_RULE}`)
    const width = Math.max(256, ...values.map(value => Buffer.byteLength(value)))
    this.#candidate = Buffer.alloc(width)
    this.#accepted = values.map(value => ({ bytes: padded(Buffer.alloc(width), value), length: value.length }))
  }

  /** In time that depends neither on where the values differ nor on which one matches. */
  matches(observed: string): boolean {
    const candidate = padded(this.#candidate, observed)
    let matched = false
    for (const { bytes, length } of this.#accepted) {
      const isEqual = timingSafeEqual(bytes, candidate)
      matched = (isEqual && observed.length === length) || matched
    }
    return matched
  }
}

const padded = (bytes: Buffer, text: string): Buffer => {
  bytes.fill(0).write(text)
  return bytes
}

export const attestation: Check = (call, policy) => {
  const value = call.headers.once(ATTESTATION_HEADER)
  if (!value.ok) return value.error.code === 'header_missing' ? fail({ code: 'attestation_missing' }) : value
  return policy.attestation.matches(value.value)
    ? ok({ attestation: 'matched' })
    : fail({ code: 'attestation_mismatch' })
}
