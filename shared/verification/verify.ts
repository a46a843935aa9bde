import { fail, ok, type Result } from '../runtime/result.ts'
import { attestation } from './attestation.ts'
import type { Call, Check, Policy, Proofs } from './call.ts'
import { contentLength } from './content-length.ts'
import { contentType } from './content-type.ts'
import { headerLookalikes } from './header-lookalikes.ts'
import { identityToken } from './identity-token.ts'
import { method } from './method.ts'
import { peerCertificate } from './peer-certificate.ts'
import type { Rejection } from './rejection.ts'

/** Every rule that a call has to meet, in the order in which they are asked: what costs least first. */
export const checks: readonly Check[] = [
  method,
  contentType,
  contentLength,
  headerLookalikes,
  attestation,
  peerCertificate,
  identityToken,
]

class GenuineCall {
  /** A private name makes the type nominal: no object that merely looks alike is one. */
  readonly #genuine = true
  readonly proofs: Required<Proofs>

  constructor(proofs: Required<Proofs>) {
    this.proofs = proofs
  }

  get genuine(): true {
    return this.#genuine
  }
}

/** A call that met every rule. Only {@link verify} makes one, so what takes a `VerifiedCall` cannot be reached otherwise. */
export type VerifiedCall = GenuineCall

/**
 * Is this call genuine? Values in, a result out: the only thing asked of the world is the time and, behind
 * `policy.token.keys`, Google's public keys.
 */
export const verify = async (call: Call, policy: Policy): Promise<Result<VerifiedCall, Rejection>> => {
  const proofs: Proofs = {}
  for (const check of checks) {
    const result = check(call, policy)
    // Most checks need not wait for anything, and each wait has its price.
    const outcome = result instanceof Promise ? await result : result
    if (!outcome.ok) return outcome
    Object.assign(proofs, outcome.value)
  }
  // Fails closed should a check ever be taken off the list: what it proves is then missing.
  const { attestation, peerCertificate, serviceAgent } = proofs
  if (attestation === undefined || peerCertificate === undefined || serviceAgent === undefined) {
    return fail({ code: 'checks_incomplete' })
  }
  return ok(new GenuineCall({ attestation, peerCertificate, serviceAgent }))
}
