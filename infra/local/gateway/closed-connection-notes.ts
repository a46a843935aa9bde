import type { ClientCertError } from '../certificates/client-certificate.ts'

/**
 * What the load balancer's reason to close a connection means to an operator.
 * https://cloud.google.com/load-balancing/docs/https/https-logging-monitoring#failure-messages
 */
export const closedConnectionNotes: Readonly<Record<ClientCertError, string>> = {
  client_cert_not_provided: 'The client was asked for a certificate and presented none.',
  client_cert_validation_failed:
    'No valid path from the client certificate to the trust config: an authority that is missing there (in Dialogflow’s words: x509: certificate signed by unknown authority), or a certificate outside its dates.',
  client_cert_chain_invalid_eku: 'The certificate or its issuer is not meant for client authentication.',
  client_cert_chain_exceeded_limit: 'More than ten intermediate certificates.',
  client_cert_invalid_rsa_key_size: 'An RSA key of less than 2048 or more than 4096 bits.',
  client_cert_unsupported_elliptic_curve_key: 'A curve other than P-256 and P-384.',
  client_cert_unsupported_key_algorithm: 'A key that is neither RSA nor ECDSA.',
}
