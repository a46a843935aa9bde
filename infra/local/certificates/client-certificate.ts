import type { X509Certificate } from 'node:crypto'
import { extendedKeyUsages } from './certificate.ts'

/** What a TLS handshake told about the client, and what the load balancer makes of it. */
export interface ClientCertificate {
  readonly leaf: X509Certificate | undefined
  /** The issuers in TLS order, without leaf and trust anchor. */
  readonly chain: readonly X509Certificate[]
  /** Why validation failed; undefined when it passed. */
  readonly error: ClientCertError | undefined
}

/** Those of the load balancer's error strings that a certificate can bring about. */
export type ClientCertError =
  | 'client_cert_not_provided'
  | 'client_cert_chain_exceeded_limit'
  | 'client_cert_invalid_rsa_key_size'
  | 'client_cert_unsupported_elliptic_curve_key'
  | 'client_cert_unsupported_key_algorithm'
  | 'client_cert_chain_invalid_eku'
  | 'client_cert_validation_failed'

const MAX_INTERMEDIATES = 10
const CURVES: readonly unknown[] = ['prime256v1', 'secp384r1']

const keyError = ({ publicKey }: X509Certificate): ClientCertError | undefined => {
  const { modulusLength = 0, namedCurve } = publicKey.asymmetricKeyDetails ?? {}
  switch (publicKey.asymmetricKeyType) {
    case 'rsa':
      return modulusLength >= 2048 && modulusLength <= 4096 ? undefined : 'client_cert_invalid_rsa_key_size'
    case 'ec':
      return CURVES.includes(namedCurve) ? undefined : 'client_cert_unsupported_elliptic_curve_key'
    default:
      return 'client_cert_unsupported_key_algorithm'
  }
}

/** `X509Certificate.keyUsage` is the *extended* key usage; undefined when the extension is absent. */
const allowsClients = ({ keyUsage }: X509Certificate): boolean => {
  const purposes: readonly string[] = keyUsage ?? []
  return purposes.includes(extendedKeyUsages.clientAuth)
}

/**
 * The load balancer's rules on a client certificate, beyond the path validation that TLS has done already.
 * https://cloud.google.com/load-balancing/docs/mtls#certificate-requirements
 *
 * @param pathValid whether OpenSSL found a valid path to a trust anchor
 */
export const validateClientCertificate = (
  leaf: X509Certificate | undefined,
  chain: readonly X509Certificate[],
  pathValid: boolean,
): ClientCertificate => {
  const verdict = (error?: ClientCertError): ClientCertificate => ({ leaf, chain, error })
  if (leaf === undefined) return verdict('client_cert_not_provided')
  if (chain.length > MAX_INTERMEDIATES) return verdict('client_cert_chain_exceeded_limit')
  const badKey = [leaf, ...chain].map(keyError).find(error => error !== undefined)
  if (badKey !== undefined) return verdict(badKey)
  const issuersAllow = chain.every(issuer => issuer.keyUsage === undefined || allowsClients(issuer))
  if (!allowsClients(leaf) || !issuersAllow) return verdict('client_cert_chain_invalid_eku')
  return leaf.ca || !pathValid ? verdict('client_cert_validation_failed') : verdict()
}
