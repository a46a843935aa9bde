/**
 * Why a call was refused: a closed union, each code with the evidence that an operator needs to mend the cause.
 *
 * Evidence holds names, times and claims, bounded by {@link excerpt}; never a token, a certificate or a secret.
 * What a caller gets to see is far less: see `runtime/error-response.ts`.
 */
export type Rejection =
  // the request itself
  | { readonly code: 'method_not_allowed'; readonly observed: string }
  | { readonly code: 'content_type_unsupported'; readonly observed: string }
  | { readonly code: 'content_encoding_unsupported'; readonly observed: string }
  | { readonly code: 'body_too_large'; readonly limit: number }
  // the transport: through our load balancer
  | { readonly code: 'header_missing'; readonly header: string }
  | { readonly code: 'header_duplicated'; readonly header: string }
  | { readonly code: 'header_lookalike'; readonly observed: string; readonly resembles: string }
  | { readonly code: 'attestation_missing' }
  | { readonly code: 'attestation_mismatch' }
  // the transport: with Dialogflow's client certificate
  | { readonly code: 'peer_absent'; readonly observed: string }
  | { readonly code: 'peer_unverified'; readonly observed: string }
  | { readonly code: 'peer_error'; readonly observed: string }
  | { readonly code: 'peer_malformed'; readonly header: string; readonly reason: string }
  | { readonly code: 'peer_fingerprint' }
  | { readonly code: 'peer_not_yet_valid'; readonly notBefore: string; readonly now: string }
  | { readonly code: 'peer_expired'; readonly notAfter: string; readonly now: string }
  | { readonly code: 'peer_purpose'; readonly observed: readonly string[]; readonly expected: string }
  | { readonly code: 'peer_subject'; readonly observed: string; readonly expected: readonly string[] }
  | { readonly code: 'peer_issuer'; readonly observed: string; readonly expected: readonly string[] }
  | { readonly code: 'peer_path'; readonly reason: string; readonly at: string }
  // the caller: our own agent
  | { readonly code: 'token_missing' }
  | { readonly code: 'token_duplicated' }
  | { readonly code: 'token_scheme'; readonly observed: string }
  | { readonly code: 'token_too_large'; readonly limit: number }
  | { readonly code: 'token_opaque' }
  | { readonly code: 'token_malformed'; readonly reason: string }
  | { readonly code: 'token_signature_removed' }
  | { readonly code: 'token_signature_present' }
  | { readonly code: 'token_algorithm'; readonly observed: string; readonly expected: string }
  | { readonly code: 'token_key_unknown'; readonly kid: string }
  | { readonly code: 'token_signature' }
  | { readonly code: 'token_issuer'; readonly observed: string; readonly expected: readonly string[] }
  | { readonly code: 'token_audience'; readonly observed: string; readonly expected: readonly string[] }
  | { readonly code: 'token_expired'; readonly expiredAt: string; readonly now: string }
  | { readonly code: 'token_not_yet_valid'; readonly validFrom: string; readonly now: string }
  | { readonly code: 'token_lifetime'; readonly seconds: number; readonly limit: number }
  | { readonly code: 'token_email_unverified'; readonly observed: string }
  | { readonly code: 'token_service_agent'; readonly observed: string; readonly expected: readonly string[] }
  | { readonly code: 'keys_unavailable'; readonly reason: string }
  // ourselves
  | { readonly code: 'checks_incomplete' }
  // the conversation
  | { readonly code: 'session_project'; readonly observed: string; readonly expected: readonly string[] }
  | { readonly code: 'session_service_agent'; readonly observed: string; readonly expected: readonly string[] }

export type RejectionCode = Rejection['code']

const EXCERPT_LENGTH = 200

/** An observed value as evidence: at most 200 characters, and no control character that could forge a log line. */
export const excerpt = (observed: string): string => {
  const printable = observed.slice(0, EXCERPT_LENGTH).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '�')
  return observed.length > EXCERPT_LENGTH ? `${printable}…` : printable
}
