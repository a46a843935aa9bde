import { X509Certificate } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import headers from '../../infra/peer-certificate-headers.json' with { type: 'json' }
import profiles from '../../infra/trust/profiles.json' with { type: 'json' }

// What the load balancer accepts, which no provider checks before it is too late:
// https://cloud.google.com/load-balancing/docs/https/custom-headers and …/docs/mtls

const trust = join(import.meta.dirname, '../../infra/trust')
const names = [...Object.keys(headers), 'X-Lb-Attestation']
const anchors = Object.values(profiles).flatMap(({ anchors }) => anchors)

test('sets 16 headers at most, of 8 KB at most', () => {
  const longestAttestation = 256
  const lines = Object.entries(headers).map(([name, variable]) => `${name}:{${variable}}`)

  expect(names.length).toBeLessThanOrEqual(16)
  expect(lines.join('').length + 'X-Lb-Attestation:'.length + longestAttestation).toBeLessThanOrEqual(8192)
})

test.each(names)('may set %s', name => {
  expect(name).toMatch(/^[A-Za-z][A-Za-z0-9-]*$/)
  expect(name).not.toMatch(/^x-(google|goog-|gfe|amz-)/i)
  expect(names.filter(other => other.toLowerCase() === name.toLowerCase())).toEqual([name])
})

test.each(Object.entries(headers))('knows the variable of %s', (_, variable) => {
  expect([
    'client_cert_present',
    'client_cert_chain_verified',
    'client_cert_error',
    'client_cert_sha256_fingerprint',
    'client_cert_serial_number',
    'client_cert_spiffe_id',
    'client_cert_uri_sans',
    'client_cert_dnsname_sans',
    'client_cert_valid_not_before',
    'client_cert_valid_not_after',
    'client_cert_issuer_dn',
    'client_cert_subject_dn',
    'client_cert_leaf',
    'client_cert_chain',
  ]).toContain(variable)
})

test.each(anchors)('takes $file as a trust anchor', ({ file, sha256 }) => {
  const pem = readFileSync(join(trust, file), 'utf8')
  const certificate = new X509Certificate(pem)
  const { asymmetricKeyType, asymmetricKeyDetails = {} } = certificate.publicKey

  expect(Buffer.byteLength(pem)).toBeLessThanOrEqual(5000)
  expect(pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(1)
  expect(certificate.fingerprint256).toBe(sha256)
  expect(certificate.ca).toBe(true)
  if (asymmetricKeyType === 'ec') expect(asymmetricKeyDetails.namedCurve).toMatch(/^(prime256v1|secp384r1)$/)
  else expect(asymmetricKeyDetails.modulusLength).toSatisfy((bits: number) => bits >= 2048 && bits <= 4096)
})

test('has no certificate in infra/trust that no profile names', () => {
  const files = readdirSync(trust).filter(file => file !== 'profiles.json')

  expect(files.sort()).toEqual(anchors.map(({ file }) => file).sort())
})
