import { operatorNotes } from '../../shared/verification/operator-notes.ts'
import { type Finding, problem, warning } from './finding.ts'

/** An error message as Dialogflow, a TLS library or the load balancer writes it. */
interface KnownText {
  readonly pattern: RegExp
  readonly meaning: string
  readonly change: string
}

const AGENT_SIDE =
  'Use a server certificate of a public authority with its whole chain (google_certificate_manager_certificate.front_end), or ' +
  "give the agent the authority's certificate (CX only)."

/** The first that fits counts. Quotations from the reference come first. */
const knownTexts: readonly KnownText[] = [
  {
    // The reference's, in English and as its French edition has it.
    pattern: /client(['’]s)? certificate.*(unknown authority|verify failed)|certificat du client.*autorité inconnue/i,
    meaning: 'Dialogflow has sent its client certificate, and the server knows no authority behind it.',
    change:
      'Apply infra/client-trust.tf again: google_certificate_manager_trust_config.dialogflow needs every anchor that ' +
      'var.peer_profiles names, and the server has to accept an intermediate (verification depth 2 or more).',
  },
  {
    pattern:
      /signed by unknown authority|autorité inconnue|unable to get (local )?issuer certificate|UNABLE_TO_(GET_ISSUER_CERT|VERIFY_LEAF)|unknown[_ ]?ca|self[- _]signed/i,
    meaning:
      "One side knows no authority behind the other's certificate. If Dialogflow says it, it means the server's; in the " +
      "load balancer's or a proxy's log it means Dialogflow's.",
    change: `Server: ${AGENT_SIDE} Client: google_certificate_manager_trust_config.dialogflow in infra/client-trust.tf.`,
  },
  {
    pattern: /certificate is (valid for|not valid for any names)|ALTNAME_INVALID|hostname.*(mismatch|match)/i,
    meaning: "The server's certificate is for another name.",
    change:
      "Give the agent the host name of var.webhook_domain, and that name this load balancer's address: output.dns_records.",
  },
  {
    pattern: /certificate has expired|expired or is not yet valid|CERT_HAS_EXPIRED|certificate_?expired/i,
    meaning: 'A certificate is outside its dates.',
    change: 'Run this command with the URL to see the dates of the server; Dialogflow renews its own.',
  },
  {
    pattern: /certificate required|CERTIFICATE_REQUIRED|did not return a certificate|client_cert_not_provided/i,
    meaning: 'The server asked for a client certificate and got none.',
    change: 'Only Dialogflow has its certificate, so others are refused: as it should be. People need var.auth_domain.',
  },
  {
    pattern: /client_cert_\w+|bad certificate|certificate verify failed|unsupported certificate purpose/i,
    meaning: 'The load balancer refused a client certificate.',
    change:
      'If it was Dialogflow (its address is in the log entry): google_certificate_manager_trust_config.dialogflow lacks an ' +
      'authority; apply infra/client-trust.tf again.',
  },
  {
    pattern: /DEADLINE_EXCEEDED|URL_TIMEOUT|ETIMEDOUT|timed? ?out/i,
    meaning:
      'There was no answer in time. Dialogflow ES waits for five seconds, CX for what the webhook resource says.',
    change: 'Keep an instance warm (var.instances.webhook_min), and answer before: var.webhook_deadline_ms.',
  },
  {
    pattern: /UNREACHABLE_5xx|HTTP status code: 5\d\d|URL_ERROR/i,
    meaning: 'The webhook, or what is in front of it, failed.',
    change: 'What it says of it: gcloud run services logs read webhook --region REGION',
  },
  {
    pattern: /status code: 401|UNAUTHENTICATED|unauthorized/i,
    meaning: 'The webhook refused the token.',
    change:
      'The entry `call refused` in its log has code and hint: gcloud run services logs read webhook --region REGION',
  },
  {
    pattern: /status code: 403|PERMISSION_DENIED|forbidden/i,
    meaning:
      'The webhook refused the certificate, the attestation or the agent; or Cloud Armor or Cloud Run refused the call.',
    change:
      'The entry `call refused` in its log has code and hint: gcloud run services logs read webhook --region REGION',
  },
  {
    pattern: /status code: 404|NOT_FOUND/i,
    meaning: 'Nothing is at this path.',
    change: 'Give the agent output.webhook_url.',
  },
  {
    pattern: /ECONNREFUSED|connection refused|URL_UNREACHABLE|ENOTFOUND|no such host|EHOSTUNREACH/i,
    meaning: 'Nobody can be reached at this name and port.',
    change: 'Enter output.dns_records at the DNS; google_compute_global_forwarding_rule.webhook listens on port 443.',
  },
]

const CHECK = 'error message'

/** Explains an error message; those of this project's own log by their code. */
export const explainError = (text: string): Finding => {
  const quoted = `“${text.slice(0, 200)}”`
  const note = Object.entries(operatorNotes).find(([code]) => new RegExp(`\\b${code}\\b`).test(text))
  if (note !== undefined)
    return problem(CHECK, `${quoted}: the webhook refused the call, with ${note[0]}.`, note[1].hint)
  const known = knownTexts.find(({ pattern }) => pattern.test(text))
  if (known !== undefined) return problem(CHECK, `${quoted}: ${known.meaning}`, known.change)
  return warning(
    CHECK,
    `${quoted} is not known here.`,
    'Run this command with the URL of the webhook, and look at its log.',
  )
}
