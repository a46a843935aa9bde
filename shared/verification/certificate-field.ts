import { fail, ok, type Result } from '../runtime/result.ts'

/** Leaf and chain together are at most 16 KB (facts of the load balancer); base64 and colons add a third. */
const MAX_FIELD_LENGTH = 24 * 1024
const MAX_CHAIN = 10

/** An RFC 8941 byte sequence, `:base64:`, in its one canonical spelling: nothing around it, padding where it belongs. */
const BYTE_SEQUENCE = /^:((?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?):$/

/** Decodes the value of a `Client-Cert`-like field. RFC 9440 §2.1. The error is a reason without any of the input. */
export const decodeCertificate = (field: string): Result<Buffer, string> => {
  if (field.length > MAX_FIELD_LENGTH) return fail(`longer than ${MAX_FIELD_LENGTH} characters`)
  const base64 = BYTE_SEQUENCE.exec(field)?.[1]
  if (base64 === undefined) return fail('not an RFC 9440 byte sequence (:base64:)')
  if (base64 === '') return fail('an empty byte sequence')
  const der = Buffer.from(base64, 'base64')
  // The last characters can carry bits that belong to no byte; only one spelling of a certificate is let through.
  if (der.toString('base64') !== base64) return fail('base64 in a spelling that is not canonical')
  return ok(der)
}

/** Decodes the value of a `Client-Cert-Chain`-like field: byte sequences separated by commas. RFC 9440 §2.2. */
export const decodeCertificateChain = (field: string): Result<readonly Buffer[], string> => {
  if (field === '') return ok([])
  if (field.length > MAX_FIELD_LENGTH) return fail(`longer than ${MAX_FIELD_LENGTH} characters`)
  // RFC 8941 §3.1 allows blanks around the comma. One on each side is enough; a run of them would cost quadratic time.
  const members = field.split(/[ \t]?,[ \t]?/)
  if (members.length > MAX_CHAIN) return fail(`more than ${MAX_CHAIN} certificates`)
  const chain: Buffer[] = []
  for (const member of members) {
    const decoded = decodeCertificate(member)
    if (!decoded.ok) return decoded
    chain.push(decoded.value)
  }
  return ok(chain)
}
