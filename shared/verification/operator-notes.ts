import type { Severity } from '../runtime/log.ts'
import type { RejectionCode } from './rejection.ts'

/** What a rejection means to the one who called and to the one who operates. */
export type OperatorNote = {
  readonly status: 400 | 401 | 403 | 405 | 413 | 415 | 500 | 503
  readonly severity: Severity
  /** What to look at or to change. */
  readonly hint: string
}

const HEADERS_NOT_SET =
  'A backend service that reaches this function does not set the headers of infra/peer-certificate-headers.json and the attestation. Look for a second way in: another backend service, another load balancer, the run.app URL, the VPC.'
const AGENT_AUTH =
  "In the agent's webhook settings choose the service agent's ID token (CX: serviceAgentAuth ID_TOKEN; ES: no user name, password or authorization header)."

const NOT_GOOGLES =
  'Somebody else than Google made this token. In emulation: GOOGLE_CERTS_URL has to name the keys of the issuer in use.'

/** Exhaustive: a new code does not compile until it has its line here. The README's table of refusals follows it. */
export const operatorNotes: Readonly<Record<RejectionCode, OperatorNote>> = {
  method_not_allowed: {
    status: 405,
    severity: 'NOTICE',
    hint: 'Dialogflow calls with POST. Somebody else is calling.',
  },
  content_type_unsupported: {
    status: 415,
    severity: 'NOTICE',
    hint: 'Dialogflow sends application/json. Somebody else is calling.',
  },
  content_encoding_unsupported: {
    status: 415,
    severity: 'NOTICE',
    hint: 'Dialogflow does not compress its calls. Somebody else is calling, or a proxy compresses.',
  },
  body_too_large: {
    status: 413,
    severity: 'WARNING',
    hint: 'A call was larger than any that Dialogflow is known to make. If it is genuine, send less in session parameters or in the payload.',
  },

  header_missing: { status: 403, severity: 'ERROR', hint: HEADERS_NOT_SET },
  header_duplicated: {
    status: 403,
    severity: 'ERROR',
    hint: `The load balancer overwrites what it sets, so a duplicate came another way. ${HEADERS_NOT_SET}`,
  },
  header_lookalike: {
    status: 403,
    severity: 'WARNING',
    hint: 'Somebody tries to forge a header by writing underscores for hyphens. If it is a proxy of your own, have it write hyphens.',
  },
  attestation_missing: { status: 403, severity: 'ERROR', hint: HEADERS_NOT_SET },
  attestation_mismatch: {
    status: 403,
    severity: 'ERROR',
    hint: "The value that the load balancer sets in X-Lb-Attestation is none of LB_ATTESTATION's. After a rotation: give LB_ATTESTATION both values, then change the load balancer, then drop the old one.",
  },

  peer_absent: {
    status: 403,
    severity: 'WARNING',
    hint: 'The caller presented no client certificate. If this is Dialogflow: the server TLS policy is not attached to the HTTPS proxy, so no certificate is asked for.',
  },
  peer_error: {
    status: 403,
    severity: 'WARNING',
    hint: "The load balancer could not verify the client certificate. client_cert_chain_… and client_cert_validation_failed: the trust config lacks an authority that Dialogflow uses (in Dialogflow's words: x509: certificate signed by unknown authority). Apply infra/trust again.",
  },
  peer_unverified: {
    status: 403,
    severity: 'WARNING',
    hint: 'The client certificate does not chain to the trust config (x509: certificate signed by unknown authority). Apply infra/trust again; use REJECT_INVALID so that such calls end at the load balancer.',
  },
  peer_malformed: {
    status: 403,
    severity: 'ERROR',
    hint: `A certificate header is not what the load balancer writes. ${HEADERS_NOT_SET}`,
  },
  peer_fingerprint: {
    status: 403,
    severity: 'ERROR',
    hint: `The leaf is not the certificate whose hash was forwarded: one of the two headers is forged. ${HEADERS_NOT_SET}`,
  },
  peer_not_yet_valid: {
    status: 403,
    severity: 'WARNING',
    hint: "The client certificate's validity has not begun. Is this machine's clock right?",
  },
  peer_expired: {
    status: 403,
    severity: 'WARNING',
    hint: "The client certificate has expired. Is this machine's clock right?",
  },
  peer_purpose: {
    status: 403,
    severity: 'WARNING',
    hint: 'The certificate is not meant for client authentication, so it is not the one that Dialogflow presents. With PEER_TRUST_ANCHORS: give the client a certificate whose extended key usage is clientAuth.',
  },
  peer_subject: {
    status: 403,
    severity: 'WARNING',
    hint: "The certificate names somebody else. The authorities behind Dialogflow's certificate issue to others too. If Dialogflow has changed its certificate, add the name to infra/trust/profiles.json; with a private authority, to PEER_SUBJECTS.",
  },
  peer_issuer: {
    status: 403,
    severity: 'WARNING',
    hint: 'The certificate has the right name from the wrong issuer. If Dialogflow has changed its issuer, change infra/trust/profiles.json.',
  },
  peer_path: {
    status: 403,
    severity: 'WARNING',
    hint: 'The forwarded chain does not lead to one of our trust anchors. If the load balancer accepts it, its trust config and PEER_PROFILES or PEER_TRUST_ANCHORS differ.',
  },

  token_missing: { status: 401, severity: 'WARNING', hint: AGENT_AUTH },
  token_duplicated: {
    status: 401,
    severity: 'WARNING',
    hint: "Two authorization headers. Does somebody set one by detectIntent's webhook_headers, or in the agent's webhook settings?",
  },
  token_scheme: {
    status: 401,
    severity: 'WARNING',
    hint: `Not a bearer token: the agent sends user name and password, or a header of its own. ${AGENT_AUTH}`,
  },
  token_too_large: {
    status: 401,
    severity: 'WARNING',
    hint: `No identity token is that large. ${AGENT_AUTH}`,
  },
  token_opaque: {
    status: 401,
    severity: 'WARNING',
    hint: `An access token names no audience, so it proves nothing to us. ${AGENT_AUTH}`,
  },
  token_malformed: { status: 401, severity: 'WARNING', hint: `Not a token that Google makes. ${AGENT_AUTH}` },
  token_signature_removed: {
    status: 401,
    severity: 'ERROR',
    hint: "Cloud Run's invoker check has replaced the signature. Either switch the check off (--no-invoker-iam-check), or set IDENTITY_TOKEN_MODE=platform to rely on it.",
  },
  token_signature_present: {
    status: 401,
    severity: 'ERROR',
    hint: "IDENTITY_TOKEN_MODE=platform relies on Cloud Run's invoker check, which has not looked at this token. Switch the check on, or set IDENTITY_TOKEN_MODE=verify.",
  },
  token_algorithm: {
    status: 401,
    severity: 'WARNING',
    hint: `Google signs with RS256. ${NOT_GOOGLES}`,
  },
  token_key_unknown: {
    status: 401,
    severity: 'WARNING',
    hint: `Signed with a key that is none of Google's. ${NOT_GOOGLES}`,
  },
  token_signature: {
    status: 401,
    severity: 'WARNING',
    hint: `The signature is not by the key that the token names: forged, or changed on the way. ${NOT_GOOGLES}`,
  },
  token_issuer: {
    status: 401,
    severity: 'WARNING',
    hint: `Issued by somebody else than accounts.google.com. ${AGENT_AUTH}`,
  },
  token_audience: {
    status: 401,
    severity: 'WARNING',
    hint: "A genuine token for another webhook. If the observed audience is this webhook's URL, add it to WEBHOOK_AUDIENCES exactly as observed.",
  },
  token_expired: {
    status: 401,
    severity: 'WARNING',
    hint: "The token has expired: replayed, or this machine's clock is wrong.",
  },
  token_not_yet_valid: {
    status: 401,
    severity: 'WARNING',
    hint: "The token is from the future. Is this machine's clock right?",
  },
  token_lifetime: {
    status: 401,
    severity: 'WARNING',
    hint: `Google's identity tokens live for an hour. This one claims more than a day. ${NOT_GOOGLES}`,
  },
  token_email_unverified: {
    status: 401,
    severity: 'WARNING',
    hint: `The address in the token is not verified. A service agent's always is. ${AGENT_AUTH}`,
  },
  token_service_agent: {
    status: 403,
    severity: 'WARNING',
    hint: "A genuine token of another agent or account. If the observed address is your agent's (service-PROJECT_NUMBER@gcp-sa-dialogflow.iam.gserviceaccount.com), add it to DIALOGFLOW_SERVICE_AGENTS.",
  },
  keys_unavailable: {
    status: 503,
    severity: 'ERROR',
    hint: "Google's public keys could not be fetched and none are cached. Does the function reach www.googleapis.com (VPC egress, firewall, DNS)?",
  },

  checks_incomplete: {
    status: 500,
    severity: 'CRITICAL',
    hint: 'A check is missing from the list in shared/verification/verify.ts.',
  },
  session_project: {
    status: 403,
    severity: 'WARNING',
    hint: 'The session belongs to another project. If it is yours, add the project to DIALOGFLOW_PROJECTS.',
  },
  session_service_agent: {
    status: 403,
    severity: 'WARNING',
    hint: 'One accepted agent brings a session of another project. DIALOGFLOW_PROJECTS says whose it is: PROJECT=SERVICE_AGENT. If both are right there, somebody writes calls by hand.',
  },
}
