import { X509Certificate } from 'node:crypto'
import { lookup } from 'node:dns/promises'
import { rootCertificates } from 'node:tls'
import { requestedAuthorities, sentCertificates } from './certificate-messages.ts'
import { certificateRequestFinding } from './certificate-request.ts'
import type { Examination } from './examine.ts'
import { type Finding, ok, problem, warning } from './finding.ts'
import { type Flight, reasonOf, receiveFlight } from './flight.ts'
import { SERVER_HELLO } from './handshake-messages.ts'
import { nameText } from './self-signed-certificate.ts'
import { serverCertificateFindings } from './server-certificate.ts'

const LISTENER =
  'google_compute_global_forwarding_rule.webhook in infra/load-balancer-webhook.tf listens on port 443 of ' +
  'google_compute_global_address.webhook: has it been applied, and do the records of output.dns_records point there?'

const addressesOf = async (host: string, timeoutMs: number): Promise<readonly string[]> => {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new DOMException('no answer', 'TimeoutError')), timeoutMs)
  const found = await Promise.race([lookup(host, { all: true }), promise]).finally(() => clearTimeout(timer))
  return found.map(({ address }) => address)
}

const isSpoken = ({ messages }: Flight): boolean => messages.some(({ type }) => type === SERVER_HELLO)

/** The version that a server chose; that of TLS 1.3 hides in an extension. RFC 8446 §4.1.3 */
const versionOf = ({ isTls13, messages }: Flight): string => {
  const legacy = messages.find(({ type }) => type === SERVER_HELLO)?.body.readUInt16BE(0) ?? 0
  return isTls13 ? 'TLS 1.3' : `TLS 1.${legacy - 0x0301}`
}

/** What the server shows and what it asks for; nothing when its messages cannot be read. */
const readServer = ({ messages, isTls13 }: Flight) => {
  try {
    const certificates = sentCertificates(messages, isTls13)
    return { certificates, requested: requestedAuthorities(messages, isTls13)?.map(nameText) }
  } catch {
    return { certificates: [], requested: undefined }
  }
}

const versionFinding = (flight: Flight, old: Flight | undefined): Finding => {
  const check = 'version of TLS'
  const seen = `The server speaks ${versionOf(flight)}`
  if (old === undefined || !isSpoken(old)) return ok(check, `${seen}, and nothing older than TLS 1.2.`)
  const change =
    'min_tls_version of google_compute_ssl_policy.modern in infra/certificates.tf, attached by ssl_policy of ' +
    'google_compute_target_https_proxy.webhook'
  return warning(check, `${seen}, but ${versionOf(old)} too.`, change)
}

/**
 * A server as a client sees it before it has proved anything: two handshakes, no request.
 *
 * @returns whether there is one
 */
export const lookAtServer = async (
  { url, expected, ownRoots, now, timeoutMs, onStep }: Examination,
  add: (finding: Finding) => void,
): Promise<boolean> => {
  const target = { host: url.hostname.replaceAll(/[[\]]/g, ''), port: Number(url.port || 443), timeoutMs }
  onStep('the name')
  try {
    add(ok('address', `${target.host} is ${(await addressesOf(target.host, timeoutMs)).join(', ')}.`))
  } catch (error) {
    const change = 'Enter output.dns_records (infra/outputs.tf) at the DNS of var.webhook_domain.'
    add(problem('address', `${target.host} has no address (${reasonOf(error)}).`, change))
    return false
  }

  onStep('the handshake')
  let flight: Flight
  try {
    flight = await receiveFlight(target)
  } catch (error) {
    add(problem('connection', `No connection to port ${target.port} (${reasonOf(error)}).`, LISTENER))
    return false
  }
  const { certificates, requested } = readServer(flight)
  const [leaf, ...chain] = certificates
  if (leaf === undefined) {
    const seen = `Port ${target.port} does not answer with TLS 1.2 or 1.3 (${flight.error ?? 'no certificate'}).`
    const change = `A new certificate takes up to an hour: gcloud certificate-manager certificates describe webhook. ${LISTENER}`
    add(problem('connection', seen, change))
    return false
  }

  onStep('old versions of TLS')
  const old = await receiveFlight(target, { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }).catch(() => undefined)
  add(versionFinding(flight, old))
  const publicRoots = rootCertificates.map(pem => new X509Certificate(pem))
  for (const finding of serverCertificateFindings({ host: target.host, leaf, chain, publicRoots, ownRoots, now })) {
    add(finding)
  }
  add(certificateRequestFinding(requested, expected, now))
  return true
}
