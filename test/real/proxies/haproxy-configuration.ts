import type { GatewayOptions } from '../../../infra/local/gateway/gateway.ts'
import type { HeaderField } from '../../../infra/local/gateway/proxied-headers.ts'
import type { ProxyFiles } from './proxy-files.ts'
import { type Expressions, requestHeaders } from './request-headers.ts'

/** From `YYMMDDhhmmssZ`, as certificates have dates until 2049. RFC 5280 §4.1.2.5 */
const rfc3339 = (fetch: string): string =>
  `%[${fetch},regsub("^(..)(..)(..)(..)(..)(..)Z$","20\\1-\\2-\\3T\\4:\\5:\\6+00:00")]`

/** OpenSSL's X509_V_ERR_INVALID_PURPOSE. */
export const INVALID_PURPOSE = 26

const expressions: Expressions = {
  client_cert_error: `%[ssl_c_err,sub(${INVALID_PURPOSE}),bool,iif(client_cert_validation_failed,client_cert_chain_invalid_eku)]`,
  client_cert_sha256_fingerprint: '%[ssl_c_der,sha2(256),base64,bytes(0,43)]',
  client_cert_serial_number: '%[lua.client_cert_field(client_cert_serial_number)]',
  client_cert_spiffe_id: '%[lua.client_cert_field(client_cert_spiffe_id)]',
  client_cert_uri_sans: '%[lua.client_cert_field(client_cert_uri_sans)]',
  client_cert_dnsname_sans: '%[lua.client_cert_field(client_cert_dnsname_sans)]',
  client_cert_valid_not_before: rfc3339('ssl_c_notbefore'),
  client_cert_valid_not_after: rfc3339('ssl_c_notafter'),
  client_cert_issuer_dn: '%[lua.client_cert_field(client_cert_issuer_dn)]',
  client_cert_subject_dn: '%[lua.client_cert_field(client_cert_subject_dn)]',
  client_cert_leaf: ':%[ssl_c_der,base64]:',
  client_cert_chain: '%[lua.client_cert_chain]',
}

/** HAProxy takes no empty argument. */
const EMPTY = '%[str()]'

/**
 * HAProxy's configuration, in the place of the load balancer.
 *
 * @param lua path of certificate.lua and haproxy.lua
 */
export const haproxyConfiguration = (options: GatewayOptions, files: ProxyFiles, lua: string): string => {
  const { clientValidationMode = 'REJECT_INVALID' } = options
  const verify =
    clientValidationMode === 'REJECT_INVALID' ? 'required' : 'optional ca-ignore-err all crt-ignore-err all'
  const { valid, invalid, absent } = requestHeaders(expressions, options.attestation)
  const setHeaders = (fields: readonly HeaderField[], condition: string): string =>
    fields.map(([name, value]) => `http-request set-header ${name} '${value || EMPTY}' ${condition}`).join('\n  ')
  return `
global
  log stdout format raw local0
  lua-load ${lua}
  # Room for a leaf and a chain.
  tune.bufsize 65536
  # A resumed session has no certificate chain to show to the backend.
  tune.ssl.cachesize 0
  ssl-default-bind-options ssl-min-ver TLSv1.2 no-tls-tickets

defaults
  mode http
  log global
  timeout connect 5s
  timeout client 610s
  timeout server 30s

frontend webhook
  bind 127.0.0.1:${options.port} ssl crt ${files.certificate} ca-file ${files.anchors} verify ${verify}
  error-log-format "handshake %[ssl_c_err] %[ssl_c_ca_err] %[ssl_fc_err_str]"
  ${setHeaders(valid, 'if { ssl_c_used } { ssl_c_verify 0 }')}
  ${setHeaders(invalid, 'if { ssl_c_used } !{ ssl_c_verify 0 }')}
  ${setHeaders(absent, 'unless { ssl_c_used }')}
  default_backend function

backend function
  server function ${options.upstream.host}
`
}
