import { expect, test } from 'vitest'
import { explainError } from '../../../infra/doctor/error-texts.ts'

/** As Dialogflow, Go, OpenSSL, BoringSSL, Node and the load balancer's log write them. */
test.each([
  [
    'Échec de la validation du certificat du client : x509 : certificat signé par une autorité inconnue',
    'no authority behind it',
  ],
  ["Failed to verify client's certificate: x509: certificate signed by unknown authority", 'no authority behind it'],
  ['tls: failed to verify client certificate: x509: certificate signed by unknown authority', 'no authority behind it'],
  ['x509: certificate signed by unknown authority', 'One side knows no authority'],
  ['unable to get local issuer certificate', 'One side knows no authority'],
  ['SSL alert number 48: tlsv1 alert unknown ca', 'One side knows no authority'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'One side knows no authority'],
  ['x509: certificate is valid for other.example.com, not webhook.example.com', 'another name'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'another name'],
  ['x509: certificate has expired or is not yet valid', 'outside its dates'],
  ['CERT_HAS_EXPIRED', 'outside its dates'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'got none'],
  ['client_cert_not_provided', 'got none'],
  ['client_cert_chain_invalid_eku', 'refused a client certificate'],
  ['remote error: tls: bad certificate', 'refused a client certificate'],
  ['Webhook call failed. Error: DEADLINE_EXCEEDED.', 'no answer in time'],
  ['State: URL_TIMEOUT, Reason: TIMEOUT_WEB', 'no answer in time'],
  [
    'Webhook call failed. Error: UNAVAILABLE, State: URL_UNREACHABLE, Reason: UNREACHABLE_5xx, HTTP status code: 500.',
    'failed',
  ],
  ['Webhook call failed. Error: UNAUTHENTICATED. HTTP status code: 401.', 'refused the token'],
  ['Webhook call failed. Error: PERMISSION_DENIED. HTTP status code: 403.', 'refused the certificate'],
  ['Webhook call failed. Error: NOT_FOUND, HTTP status code: 404', 'Nothing is at this path'],
  ['connect ECONNREFUSED 203.0.113.1:443', 'Nobody can be reached'],
])('explains: %s', (text, meaning) => {
  const { level, seen, change } = explainError(text)
  expect(level).toBe('problem')
  expect(seen).toContain(text)
  expect(seen).toContain(meaning)
  expect(change).not.toBe('')
})

test("explains a refusal of this project's own log by its code", () => {
  const { seen, change } = explainError('"code":"token_audience","evidence":{}')
  expect(seen).toContain('with token_audience')
  expect(change).toContain('WEBHOOK_AUDIENCES')
})

test('does not take a part of a word for a code', () => {
  expect(explainError('my_token_audience_field').level).toBe('warning')
})

test('admits that it does not know a text, and does not repeat all of it', () => {
  const { level, seen } = explainError('z'.repeat(10_000))
  expect(level).toBe('warning')
  expect(seen.length).toBeLessThan(300)
})
