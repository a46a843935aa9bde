import { X509Certificate } from 'node:crypto'
import type { DetailedPeerCertificate, Server, TLSSocket } from 'node:tls'

/** Leaf first, then its issuers as far as the handshake and the trust anchors name them. */
const peerChain = (socket: TLSSocket): readonly X509Certificate[] => {
  const chain: X509Certificate[] = []
  // Without a client certificate Node answers an empty object, whatever the type says.
  let next: Partial<DetailedPeerCertificate> | undefined = socket.getPeerCertificate(true)
  while (next?.raw !== undefined) {
    chain.push(new X509Certificate(next.raw))
    // A root is its own issuer.
    next = next.issuerCertificate === next ? undefined : next.issuerCertificate
  }
  return chain
}

/**
 * Remembers the certificates that each client of `server` presents, until its socket is gone.
 *
 * Node 24.21 consumes the client's chain before it hands the socket over (nodejs/node#65579). 'keylog' is the one
 * event that brings a server's socket while the handshake still runs; its key material is not looked at.
 */
export const rememberClientChains = (server: Server): ((socket: TLSSocket) => readonly X509Certificate[]) => {
  const chains = new WeakMap<TLSSocket, readonly X509Certificate[]>()
  server.on('keylog', (_line, socket) => {
    if (chains.has(socket)) return
    chains.set(socket, [])
    socket.prependOnceListener('secure', () => chains.set(socket, peerChain(socket)))
  })
  return socket => chains.get(socket) ?? []
}
