import type { HeaderField } from '../../../infra/local/gateway/proxied-headers.ts'
import headerFile from '../../../infra/peer-certificate-headers.json' with { type: 'json' }
import { ATTESTATION_HEADER } from '../../../shared/verification/headers.ts'

/** A variable of the load balancer. */
export type Variable = (typeof headerFile)[keyof typeof headerFile]

/** How a proxy expresses what the load balancer says: literally, or as an expression of its own. */
export interface Expressions extends Readonly<Record<Exclude<Variable, keyof typeof verdict>, string>> {
  /** Why a certificate is not valid. */
  readonly client_cert_error: string
}

/** What came of the validation of a client's certificate. */
export type ClientState = 'valid' | 'invalid' | 'absent'

const verdict = { client_cert_present: 'true', client_cert_chain_verified: 'true', client_cert_error: '' } as const

/**
 * Every header of the header file and the attestation, as the load balancer would set them. What is unknown is the empty
 * string: a header that is left out is a header that the client may set.
 */
export const requestHeaders = (
  { client_cert_error, ...expressions }: Expressions,
  attestation: string,
): Readonly<Record<ClientState, readonly HeaderField[]>> => {
  const { client_cert_sha256_fingerprint } = expressions
  const fields = (values: Readonly<Partial<Record<string, string>>>): readonly HeaderField[] => [
    ...Object.entries(headerFile).map(([name, variable]) => [name, values[variable] ?? ''] as const),
    [ATTESTATION_HEADER, attestation],
  ]
  const unverified = { ...verdict, client_cert_chain_verified: 'false' }
  return {
    valid: fields({ ...verdict, ...expressions }),
    invalid: fields({ ...unverified, client_cert_error, client_cert_sha256_fingerprint }),
    absent: fields({ ...unverified, client_cert_present: 'false', client_cert_error: 'client_cert_not_provided' }),
  }
}
