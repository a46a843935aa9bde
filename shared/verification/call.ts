import type { Clock } from '../runtime/clock.ts'
import type { Result } from '../runtime/result.ts'
import type { Attestation } from './attestation.ts'
import type { Headers } from './headers.ts'
import type { IdentityTokenPolicy } from './identity-token.ts'
import type { ServiceAgent } from './identity-token-claims.ts'
import type { LeafCertificate } from './leaf-certificate.ts'
import type { PeerPolicy } from './peer-certificate.ts'
import type { Rejection } from './rejection.ts'

/** The part of an HTTP request that decides whether it is genuine. The body is not among it: it is read afterwards. */
export type Call = {
  readonly method: string
  readonly headers: Headers
}

/** What this deployment accepts. Made once, at start. */
export type Policy = {
  /** The largest body that will be read, in bytes. */
  readonly maxBodyBytes: number
  readonly attestation: Attestation
  readonly peer: PeerPolicy
  readonly token: IdentityTokenPolicy
  readonly clock: Clock
}

/** What the checks have proved so far. Each check adds what it proves. */
export type Proofs = {
  readonly attestation?: 'matched'
  readonly peerCertificate?: LeafCertificate
  readonly serviceAgent?: ServiceAgent
}

/** What is accepted where there is a caller's token and no client certificate: behind Cloud Run's own check. */
export type CallerPolicy = Pick<Policy, 'token' | 'clock'>

/** One rule: what it proves of the call, or why it refuses it; with as much of the policy as it needs. */
export type Check<Needed = Policy> = (
  call: Call,
  policy: Needed,
) => Result<Partial<Proofs>, Rejection> | Promise<Result<Partial<Proofs>, Rejection>>
