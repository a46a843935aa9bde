import { createHash, type X509Certificate } from 'node:crypto'
import { certificateFields } from './certificate-fields.ts'
import type { ClientCertificate } from './client-certificate.ts'

const unknown = {
  client_cert_present: '',
  client_cert_chain_verified: '',
  client_cert_error: '',
  client_cert_sha256_fingerprint: '',
  client_cert_serial_number: '',
  client_cert_spiffe_id: '',
  client_cert_uri_sans: '',
  client_cert_dnsname_sans: '',
  client_cert_valid_not_before: '',
  client_cert_valid_not_after: '',
  client_cert_issuer_dn: '',
  client_cert_subject_dn: '',
  client_cert_leaf: '',
  client_cert_chain: '',
}

/** The variables about the client that a custom request header of a backend service may hold. */
export type ClientCertVariables = Readonly<typeof unknown>

/** Limits in bytes: of the number, of the value, of the value, and of the certificates before base64. */
const MAX_SERIAL_NUMBER = 50
const MAX_SPIFFE_ID = 2048
const MAX_NAMES = 512
const MAX_CERTIFICATES = 16 * 1024

const SPIFFE_ID = /^spiffe:\/\/[a-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/

/** `2022-07-01T18:05:09+00:00` */
const rfc3339 = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, '+00:00')

/** RFC 9440 §2.1. */
const byteSequence = ({ raw }: X509Certificate): string => `:${raw.toString('base64')}:`

const size = (certificates: readonly X509Certificate[]): number =>
  certificates.reduce((sum, { raw }) => sum + raw.length, 0)

/**
 * The variables of a connection, as the external Application Load Balancer expands them.
 * https://cloud.google.com/load-balancing/docs/https/custom-headers#mtls-variables
 *
 * Where the documentation leaves the spelling open this follows values seen from the real one: the fingerprint without
 * padding, the serial number as `00:ad:3e`, and of a certificate that failed validation nothing but its fingerprint.
 */
export const clientCertVariables = ({ leaf, chain, error }: ClientCertificate): ClientCertVariables => {
  const verdict = {
    ...unknown,
    client_cert_present: String(leaf !== undefined),
    client_cert_chain_verified: String(error === undefined),
    client_cert_error: error ?? '',
  }
  if (leaf === undefined) return verdict
  const presented = {
    ...verdict,
    client_cert_sha256_fingerprint: createHash('sha256').update(leaf.raw).digest('base64').replace('=', ''),
  }
  return error === undefined ? { ...presented, ...validatedVariables(leaf, chain) } : presented
}

const validatedVariables = (leaf: X509Certificate, chain: readonly X509Certificate[]) => {
  const errors: string[] = []
  const limited = (field: string, value: string, length: number, limit: number): string => {
    if (length <= limit) return value
    errors.push(`client_cert_${field}_exceeded_size_limit`)
    return ''
  }
  const names = (field: string, value: string) => limited(field, value, value.length, MAX_NAMES)
  const base64List = (values: readonly Buffer[]) => values.map(value => value.toString('base64')).join(',')

  const { serialNumber, issuer, subject, uris, dnsNames } = certificateFields(leaf)
  const serial = serialNumber.toString('hex').replace(/..(?=.)/g, '$&:')
  const spiffe = uris.find(uri => uri.toString('latin1').startsWith('spiffe://'))
  const spiffeId =
    spiffe === undefined ? '' : limited('spiffe_id', spiffe.toString('latin1'), spiffe.length, MAX_SPIFFE_ID)
  const fields = {
    client_cert_serial_number: limited('serial_number', serial, serialNumber.length, MAX_SERIAL_NUMBER),
    client_cert_spiffe_id: SPIFFE_ID.test(spiffeId) ? spiffeId : '',
    // The SPIFFE ID has a variable of its own and is left out here.
    client_cert_uri_sans: names('uri_sans', base64List(uris.filter(uri => uri !== spiffe))),
    client_cert_dnsname_sans: names('dnsname_sans', base64List(dnsNames)),
    client_cert_valid_not_before: rfc3339(leaf.validFromDate),
    client_cert_valid_not_after: rfc3339(leaf.validToDate),
    client_cert_issuer_dn: names('issuer_dn', issuer.toString('base64')),
    client_cert_subject_dn: names('subject_dn', subject.toString('base64')),
    client_cert_leaf: limited('validated_leaf', byteSequence(leaf), size([leaf]), MAX_CERTIFICATES),
    client_cert_chain: limited(
      'validated_chain',
      chain.map(byteSequence).join(', '),
      size([leaf, ...chain]),
      MAX_CERTIFICATES,
    ),
  }
  return { ...fields, client_cert_error: errors.join(',') }
}
