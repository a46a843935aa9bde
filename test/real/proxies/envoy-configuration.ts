import type { GatewayOptions } from '../../../infra/local/gateway/gateway.ts'
import type { HeaderField } from '../../../infra/local/gateway/proxied-headers.ts'
import type { ProxyFiles } from './proxy-files.ts'
import { type Expressions, requestHeaders, type Variable } from './request-headers.ts'

/** What envoy.lua has found out. */
const fromLua = (variable: Variable): string => `%DYNAMIC_METADATA(client:${variable})%`

const RFC_3339 = '(%Y-%m-%dT%H:%M:%S+00:00)'

const expressions: Expressions = {
  // A route cannot tell one reason from another.
  client_cert_error: 'client_cert_validation_failed',
  client_cert_sha256_fingerprint: fromLua('client_cert_sha256_fingerprint'),
  client_cert_serial_number: fromLua('client_cert_serial_number'),
  client_cert_spiffe_id: fromLua('client_cert_spiffe_id'),
  client_cert_uri_sans: fromLua('client_cert_uri_sans'),
  client_cert_dnsname_sans: fromLua('client_cert_dnsname_sans'),
  client_cert_valid_not_before: `%DOWNSTREAM_PEER_CERT_V_START${RFC_3339}%`,
  client_cert_valid_not_after: `%DOWNSTREAM_PEER_CERT_V_END${RFC_3339}%`,
  client_cert_issuer_dn: fromLua('client_cert_issuer_dn'),
  client_cert_subject_dn: fromLua('client_cert_subject_dn'),
  client_cert_leaf: fromLua('client_cert_leaf'),
  client_cert_chain: fromLua('client_cert_chain'),
}

const type = (name: string) => `type.googleapis.com/envoy.extensions.${name}`

/**
 * Envoy's configuration, in the place of the load balancer.
 *
 * @param lua certificate.lua and envoy.lua
 */
export const envoyConfiguration = (options: GatewayOptions, files: ProxyFiles, lua: string): string => {
  const { attestation, upstream, port, clientValidationMode = 'REJECT_INVALID' } = options
  const strict = clientValidationMode === 'REJECT_INVALID'
  const { valid, invalid, absent } = requestHeaders(expressions, attestation)
  const route = (client: { presented: boolean; validated: boolean }, fields: readonly HeaderField[]) => ({
    match: { prefix: '/', tls_context: client },
    route: { cluster: 'function', timeout: '30s' },
    request_headers_to_add: fields.map(([key, value]) => ({
      header: { key, value },
      append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
      keep_empty_value: true,
    })),
  })
  const address = (hostname: string, port_value: number) => ({
    socket_address: { address: hostname, port_value },
  })
  return JSON.stringify({
    static_resources: {
      listeners: [
        {
          address: address('127.0.0.1', port ?? 0),
          access_log: [
            {
              name: 'stdout',
              typed_config: {
                '@type': type('access_loggers.stream.v3.StdoutAccessLog'),
                log_format: { text_format_source: { inline_string: '%DOWNSTREAM_TRANSPORT_FAILURE_REASON%\n' } },
              },
            },
          ],
          filter_chains: [
            {
              transport_socket: {
                name: 'tls',
                typed_config: {
                  '@type': type('transport_sockets.tls.v3.DownstreamTlsContext'),
                  require_client_certificate: strict,
                  // A resumed session has no certificate chain to show to the backend.
                  disable_stateless_session_resumption: true,
                  disable_stateful_session_resumption: true,
                  common_tls_context: {
                    tls_params: { tls_minimum_protocol_version: 'TLSv1_2', tls_maximum_protocol_version: 'TLSv1_3' },
                    tls_certificates: [
                      {
                        certificate_chain: { filename: files.certificate },
                        private_key: { filename: files.certificate },
                      },
                    ],
                    validation_context: {
                      trusted_ca: { filename: files.anchors },
                      trust_chain_verification: strict ? 'VERIFY_TRUST_CHAIN' : 'ACCEPT_UNTRUSTED',
                    },
                  },
                },
              },
              filters: [
                {
                  name: 'http',
                  typed_config: {
                    '@type': type('filters.network.http_connection_manager.v3.HttpConnectionManager'),
                    stat_prefix: 'webhook',
                    http_filters: [
                      {
                        name: 'client',
                        typed_config: {
                          '@type': type('filters.http.lua.v3.Lua'),
                          default_source_code: { inline_string: lua },
                        },
                      },
                      { name: 'router', typed_config: { '@type': type('filters.http.router.v3.Router') } },
                    ],
                    route_config: {
                      virtual_hosts: [
                        {
                          name: 'webhook',
                          domains: ['*'],
                          routes: [
                            route({ presented: true, validated: true }, valid),
                            route({ presented: true, validated: false }, invalid),
                            route({ presented: false, validated: false }, absent),
                          ],
                        },
                      ],
                    },
                  },
                },
              ],
            },
          ],
        },
      ],
      clusters: [
        {
          name: 'function',
          type: 'STATIC',
          load_assignment: {
            cluster_name: 'function',
            endpoints: [
              { lb_endpoints: [{ endpoint: { address: address(upstream.hostname, Number(upstream.port)) } }] },
            ],
          },
        },
      ],
    },
  })
}
