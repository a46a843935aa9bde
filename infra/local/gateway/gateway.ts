import { constants } from 'node:crypto'
import http from 'node:http'
import https from 'node:https'
import type { TLSSocket } from 'node:tls'
import type { Log } from '../../../shared/runtime/log.ts'
import { chainPem, type Issued, privateKeyPem } from '../certificates/certificate.ts'
import { validateClientCertificate } from '../certificates/client-certificate.ts'
import { rememberClientChains } from '../certificates/client-chains.ts'
import { close, listen } from '../listen.ts'
import { customRequestHeaders } from './custom-request-headers.ts'
import { forward } from './forward.ts'
import type { HeaderField } from './proxied-headers.ts'

export interface GatewayOptions {
  readonly certificate: Issued
  /** The trust config: roots that client certificates may lead up to. */
  readonly trustAnchors: readonly Issued[]
  /** Where the function listens: scheme, host and port. */
  readonly upstream: URL
  /** The value of `X-Lb-Attestation`. */
  readonly attestation: string
  /** Of the ServerTlsPolicy; REJECT_INVALID by default. */
  readonly clientValidationMode?: 'REJECT_INVALID' | 'ALLOW_INVALID_OR_MISSING_CLIENT_CERT'
  /** A free one by default. */
  readonly port?: number | undefined
  /** Backend service timeout: until the whole answer is there. 30 s by default. */
  readonly timeoutMs?: number
  /** Gets the entry that the load balancer writes on each connection it closes. */
  readonly log?: Log
}

export interface Gateway extends AsyncDisposable {
  readonly url: URL
}

/**
 * Starts a server that treats clients and backend as Google's external Application Load Balancer does when a
 * ServerTlsPolicy asks for client certificates. HTTP/1.1 alone, no HTTP/2.
 */
export const startGateway = async (options: GatewayOptions): Promise<Gateway> => {
  const { attestation, clientValidationMode = 'REJECT_INVALID' } = options
  const agent = new http.Agent({ keepAlive: true })
  const backend = { url: options.upstream, timeoutMs: options.timeoutMs ?? 30_000, agent }
  const anchors = new Set(options.trustAnchors.map(({ certificate }) => certificate.fingerprint256))
  const headersOf = new WeakMap<object, readonly HeaderField[]>()

  const server = https.createServer(
    {
      cert: chainPem(options.certificate),
      key: privateKeyPem(options.certificate),
      ca: options.trustAnchors.map(({ certificate }) => certificate.toString()),
      minVersion: 'TLSv1.2',
      requestCert: true,
      rejectUnauthorized: false,
      // A resumed session has no certificate chain to show to the backend.
      secureOptions: constants.SSL_OP_NO_TICKET,
      maxHeaderSize: 64 * 1024,
      keepAliveTimeout: 610_000,
    },
    (request, response) => {
      const custom = headersOf.get(request.socket)
      if (custom === undefined) response.destroy()
      else forward(request, response, backend, custom)
    },
  )
  const chainOf = rememberClientChains(server)
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    const [leaf, ...issuers] = chainOf(socket)
    const chain = issuers.filter(({ fingerprint256 }) => !anchors.has(fingerprint256))
    const client = validateClientCertificate(leaf, chain, socket.authorized)
    if (client.error !== undefined && clientValidationMode === 'REJECT_INVALID') {
      options.log?.('INFO', 'connection closed', { statusDetails: client.error })
      socket.destroy()
    } else headersOf.set(socket, customRequestHeaders(client, attestation))
  })

  const port = await listen(server, options.port)
  return {
    url: new URL(`https://localhost:${port}`),
    async [Symbol.asyncDispose]() {
      agent.destroy()
      await close(server)
    },
  }
}
