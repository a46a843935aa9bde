import type { X509Certificate } from 'node:crypto'
import { type Finding, ok, problem, warning } from './finding.ts'
import { commonName } from './names.ts'

/** Authorities that a server has to ask for. */
export interface ExpectedAuthorities {
  readonly anchors: readonly X509Certificate[]
  /** Milliseconds since the Unix epoch: until when they are needed; `undefined`: always. */
  readonly sunset: number | undefined
}

const CHECK = 'client certificate'

const POLICY =
  'Attach the policy to the HTTPS proxy: server_tls_policy of google_compute_target_https_proxy.webhook in ' +
  'infra/load-balancer-webhook.tf, or: gcloud compute target-https-proxies update webhook --server-tls-policy=dialogflow'

const TRUST_CONFIG =
  'Add the authority to google_certificate_manager_trust_config.dialogflow in infra/client-trust.tf: var.peer_profiles ' +
  'names the profiles of infra/trust/profiles.json. What it has: ' +
  'gcloud certificate-manager trust-configs describe dialogflow --location global'

const list = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : `${names.slice(0, 8).map(commonName).join('; ')}${names.length > 8 ? '; …' : ''}`

/**
 * Whether a server asks for the client certificate that Dialogflow has.
 *
 * @param requested the names of the authorities that it says it takes, none: it does not say; `undefined`: it does not ask
 */
export const certificateRequestFinding = (
  requested: readonly string[] | undefined,
  expected: readonly ExpectedAuthorities[],
  now: number,
): Finding => {
  if (requested === undefined) {
    return problem(CHECK, 'The server asks for no client certificate: there is no mutual TLS.', POLICY)
  }
  if (requested.length === 0) return ok(CHECK, 'The server asks for a client certificate and names no authority.')
  const missing = expected
    .filter(({ sunset }) => sunset === undefined || now < sunset)
    .flatMap(({ anchors, sunset }) => anchors.map(({ subject }) => ({ subject, sunset })))
    .filter(({ subject }) => !requested.includes(subject))
  const seen = `The server asks for a client certificate of: ${list(requested)}.`
  if (missing.length === 0) return ok(CHECK, seen)
  const lacks = `${seen} Missing: ${list(missing.map(({ subject }) => subject))}.`
  // Until its sunset the legacy certificate is what Dialogflow falls back to.
  return missing.every(({ sunset }) => sunset !== undefined)
    ? warning(CHECK, lacks, TRUST_CONFIG)
    : problem(CHECK, lacks, TRUST_CONFIG)
}
