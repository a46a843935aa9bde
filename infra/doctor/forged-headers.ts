import { createHash, X509Certificate } from 'node:crypto'
import { ATTESTATION_HEADER } from '../../shared/verification/headers.ts'
import headerFile from '../peer-certificate-headers.json' with { type: 'json' }

const values = (leaf: X509Certificate): Readonly<Record<string, string>> => ({
  client_cert_present: 'true',
  client_cert_chain_verified: 'true',
  client_cert_sha256_fingerprint: createHash('sha256').update(leaf.raw).digest('base64'),
  client_cert_leaf: `:${leaf.raw.toString('base64')}:`,
})

/**
 * The headers of the load balancer as a stranger would forge them. They would be believed by one who asks for no
 * attestation and does not look at the certificate.
 */
export const forgedHeaders = (certificate: string): readonly (readonly [string, string])[] => {
  const known = values(new X509Certificate(certificate))
  return [
    ...Object.entries(headerFile).map(([name, variable]) => [name, known[variable] ?? ''] as const),
    [ATTESTATION_HEADER, 'a-guess-as-long-as-the-real-attestation-is'],
  ]
}
