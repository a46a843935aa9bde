import type { X509Certificate } from 'node:crypto'
import { fail, ok, type Result } from '../runtime/result.ts'

const issued = (issuer: X509Certificate, subject: X509Certificate): boolean =>
  issuer.ca && subject.checkIssued(issuer) && subject.verify(issuer.publicKey)

/** Whether a moment, in milliseconds since the Unix epoch, is within a certificate's dates. RFC 5280 §4.1.2.5: both ends included. */
export const validAt = (certificate: X509Certificate, moment: number): boolean =>
  certificate.validFromDate.getTime() <= moment && moment <= certificate.validToDate.getTime()

/**
 * Follows the chain in the order in which it was forwarded until one of the anchors has issued the certificate at
 * hand. This is no path validation (RFC 5280 §6: name constraints, policies, critical extensions): that was the load
 * balancer's work, and this looks at the signatures of its result again.
 *
 * @returns when the path stops being valid, in milliseconds since the Unix epoch; or why there is none
 */
export const verifyPath = (
  leaf: X509Certificate,
  chain: readonly X509Certificate[],
  anchors: readonly X509Certificate[],
  now: number,
): Result<number, { readonly reason: string; readonly at: string }> => {
  let subject = leaf
  let validTo = leaf.validToDate.getTime()
  for (const next of [...chain, undefined]) {
    const anchor = anchors.find(candidate => validAt(candidate, now) && issued(candidate, subject))
    if (anchor !== undefined) return ok(Math.min(validTo, anchor.validToDate.getTime()))
    if (next === undefined) break
    if (!issued(next, subject))
      return fail({ reason: 'not issued by the next certificate of the chain', at: subject.subject })
    if (!validAt(next, now)) return fail({ reason: 'outside its dates', at: next.subject })
    subject = next
    validTo = Math.min(validTo, next.validToDate.getTime())
  }
  return fail({ reason: 'ends at none of the trust anchors', at: subject.subject })
}
