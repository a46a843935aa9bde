import type { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { verifyPath } from '../../shared/verification/certificate-path.ts'
import { type Finding, ok, problem, warning } from './finding.ts'
import { commonName } from './names.ts'

/** A server's certificate and what it sent along, and what to judge it by. */
export interface ServerCertificate {
  readonly host: string
  readonly leaf: X509Certificate
  readonly chain: readonly X509Certificate[]
  /** The roots that everybody has. */
  readonly publicRoots: readonly X509Certificate[]
  /** Others that are trusted besides. */
  readonly ownRoots: readonly X509Certificate[]
  readonly now: number
}

const DAY = 86_400_000
/** Google renews its certificates a month ahead. */
const RENEWAL_DAYS = 14

const CERTIFICATE =
  'google_certificate_manager_certificate.front_end["webhook"] in infra/certificates.tf makes and renews the certificate ' +
  'for var.webhook_domain, as long as the records of output.dns_records are there. How it is: ' +
  'gcloud certificate-manager certificates describe webhook'

const chainFinding = ({ leaf, chain, publicRoots, ownRoots, now }: ServerCertificate): Finding => {
  const check = 'chain of the server'
  const rootOf = (roots: readonly X509Certificate[]) => verifyPath(leaf, chain, roots, now)
  const path = rootOf(publicRoots)
  const issuer = commonName(leaf.issuer)
  if (path.ok) return ok(check, `Issued by ${issuer}, and publicly trusted.`)
  if (ownRoots.length > 0 && rootOf(ownRoots).ok) {
    return ok(
      check,
      `Issued by ${issuer}; trusted by the file given. Dialogflow does so when a CX agent is given that file.`,
    )
  }
  if (leaf.subject === leaf.issuer) {
    return problem(
      check,
      'The certificate is self-signed. Dialogflow ends the handshake: x509: certificate signed by unknown authority.',
      `Use a certificate of a public authority, or give it to the agent as custom CA (CX only). ${CERTIFICATE}`,
    )
  }
  if (chain.length === 0 && path.error.reason.startsWith('ends at none')) {
    return problem(
      check,
      `The server sends its certificate alone, and nobody trusts its issuer, ${issuer}, without more.`,
      'Install the whole chain (fullchain.pem, leaf first). If the authority is your own, give it to the agent (CX only).',
    )
  }
  return problem(
    check,
    `Not publicly trusted: ${commonName(path.error.at)}: ${path.error.reason}.`,
    `Use a certificate of a public authority, or give its authority to the agent (CX only). ${CERTIFICATE}`,
  )
}

const nameFinding = ({ host, leaf }: ServerCertificate): Finding => {
  const check = 'name of the server'
  const isNamed = isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host)
  if (isNamed !== undefined) return ok(check, `The certificate is for ${host}.`)
  const names = leaf.subjectAltName ?? commonName(leaf.subject)
  return problem(
    check,
    `The certificate is not for ${host}, but for ${names.slice(0, 200)}.`,
    `Does the agent have the right host name, and does its address belong to this load balancer? ${CERTIFICATE}`,
  )
}

const dateFinding = ({ leaf, now }: ServerCertificate): Finding => {
  const check = 'dates of the server'
  const [from, to] = [leaf.validFromDate.getTime(), leaf.validToDate.getTime()]
  const days = Math.floor((to - now) / DAY)
  const last = leaf.validToDate.toISOString().slice(0, 10)
  if (now < from) return problem(check, 'The certificate is not valid yet.', "Is this machine's clock right?")
  if (now > to) return problem(check, `The certificate expired on ${last}.`, CERTIFICATE)
  const seen = `The certificate is valid until ${last}, for ${days} more days.`
  return days < RENEWAL_DAYS ? warning(check, seen, CERTIFICATE) : ok(check, seen)
}

/** What Dialogflow makes of the server's certificate. */
export const serverCertificateFindings = (certificate: ServerCertificate): readonly Finding[] => [
  chainFinding(certificate),
  nameFinding(certificate),
  dateFinding(certificate),
]
