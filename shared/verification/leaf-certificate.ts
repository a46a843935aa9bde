import { X509Certificate } from 'node:crypto'
import { fail, ok, type Result } from '../runtime/result.ts'
import { validAt, verifyPath } from './certificate-path.ts'
import { attributeValues, describeMatcher, matchesName } from './distinguished-name.ts'
import { excerpt, type Rejection } from './rejection.ts'
import type { TrustProfile } from './trust-profile.ts'

/** id-kp-clientAuth. RFC 5280 §4.2.1.12. */
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'

/** The leaf and the certificates behind it, each parsed. */
export type CertificateChain = { readonly leaf: X509Certificate; readonly chain: readonly X509Certificate[] }

/** What a certificate that passed says of itself. */
export type LeafCertificate = {
  /** The trust profile's name. */
  readonly profile: string
  readonly commonName: string
  readonly issuer: string
  /** Milliseconds since the Unix epoch: the end of the leaf's validity. */
  readonly notAfter: number
  /** Milliseconds since the Unix epoch: the end of the whole path's validity. */
  readonly validUntil: number
  /** Milliseconds since the Unix epoch: when Dialogflow was to stop presenting certificates of this profile. */
  readonly sunset: number | undefined
}

/**
 * Node's types promise names and dates. An empty name is `undefined`; of a date that is none the text says so, while
 * the `Date` made of it can be any.
 */
const isReadable = ({ subject, issuer, validFrom, validTo }: X509Certificate): boolean =>
  typeof subject === 'string' &&
  typeof issuer === 'string' &&
  !Number.isNaN(Date.parse(validFrom)) &&
  !Number.isNaN(Date.parse(validTo))

/** Parses DER, and nothing else that `X509Certificate` would take (PEM, trailing bytes). */
export const parseCertificate = (der: Buffer): Result<X509Certificate, string> => {
  try {
    const certificate = new X509Certificate(der)
    if (!certificate.raw.equals(der)) return fail('not exactly one DER certificate')
    return isReadable(certificate) ? ok(certificate) : fail('a certificate without names or dates')
  } catch {
    return fail('not an X.509 certificate')
  }
}

const oneLine = (name: string): string => excerpt(name.replaceAll('\n', ', '))

/** Looks again at what the load balancer verified: dates, purpose, subject, issuer, signatures up to an anchor. */
export const verifyLeaf = (
  { leaf, chain }: CertificateChain,
  profiles: readonly TrustProfile[],
  now: number,
): Result<LeafCertificate, Rejection> => {
  if (!validAt(leaf, now)) {
    const at = new Date(now).toISOString()
    return now < leaf.validFromDate.getTime()
      ? fail({ code: 'peer_not_yet_valid', notBefore: leaf.validFromDate.toISOString(), now: at })
      : fail({ code: 'peer_expired', notAfter: leaf.validToDate.toISOString(), now: at })
  }

  // Node's `keyUsage` is the extended key usage. Without the extension it is undefined, and the load balancer asks for it.
  const purposes: readonly string[] = leaf.keyUsage ?? []
  if (!purposes.includes(CLIENT_AUTH) || leaf.ca) {
    const observed = leaf.ca ? ['certificate authority', ...purposes] : purposes
    return fail({ code: 'peer_purpose', observed: observed.map(excerpt), expected: CLIENT_AUTH })
  }

  const named = profiles.filter(profile => matchesName(leaf.subject, profile.subject))
  if (named.length === 0) {
    const expected = profiles.flatMap(profile => describeMatcher(profile.subject))
    return fail({ code: 'peer_subject', observed: oneLine(leaf.subject), expected })
  }

  const issuedBy = named.filter(({ issuer }) => issuer === undefined || matchesName(leaf.issuer, issuer))
  if (issuedBy.length === 0) {
    const expected = named.flatMap(({ issuer }) => (issuer === undefined ? [] : describeMatcher(issuer)))
    return fail({ code: 'peer_issuer', observed: oneLine(leaf.issuer), expected })
  }

  let broken: Rejection = { code: 'peer_path', reason: 'no profile', at: '' }
  for (const profile of issuedBy) {
    const path = verifyPath(leaf, chain, profile.anchors, now)
    if (path.ok) {
      return ok({
        profile: profile.name,
        commonName: attributeValues(leaf.subject, 'CN').map(excerpt).join(', '),
        issuer: oneLine(leaf.issuer),
        notAfter: leaf.validToDate.getTime(),
        validUntil: path.value,
        sunset: profile.sunset,
      })
    }
    broken = { code: 'peer_path', reason: path.error.reason, at: oneLine(path.error.at) }
  }
  return fail(broken)
}
