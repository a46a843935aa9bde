import { X509Certificate } from 'node:crypto'
import { Bytes } from './bytes.ts'
import type { HandshakeMessage } from './handshake-messages.ts'

const CERTIFICATE = 11
const CERTIFICATE_REQUEST = 13
const CERTIFICATE_AUTHORITIES_EXTENSION = 47

/** The server's certificate and what it sends along, in its order. RFC 8446 §4.4.2, RFC 5246 §7.4.2 */
export const sentCertificates = (
  messages: readonly HandshakeMessage[],
  isTls13: boolean,
): readonly X509Certificate[] => {
  const message = messages.find(({ type }) => type === CERTIFICATE)
  if (message === undefined) return []
  const bytes = new Bytes(message.body)
  if (isTls13) bytes.vector(1)
  return new Bytes(bytes.vector(3)).list(entry => {
    const der = entry.vector(3)
    if (isTls13) entry.vector(2)
    return new X509Certificate(der)
  })
}

const namesIn = (list: Buffer): readonly Buffer[] => new Bytes(list).list(entry => entry.vector(2))

/** The extension that TLS 1.3 moved the names into. RFC 8446 §4.2.4 */
const authoritiesExtension = (extensions: Buffer): readonly Buffer[] => {
  const list = new Bytes(extensions).list(entry => ({ type: entry.number(2), data: entry.vector(2) }))
  const found = list.find(({ type }) => type === CERTIFICATE_AUTHORITIES_EXTENSION)
  return found === undefined ? [] : namesIn(new Bytes(found.data).vector(2))
}

/**
 * The authorities whose client certificates the server says it takes, as DER of their names; none: it does not say.
 * Undefined when it asks for no certificate. RFC 8446 §4.3.2, RFC 5246 §7.4.4
 */
export const requestedAuthorities = (
  messages: readonly HandshakeMessage[],
  isTls13: boolean,
): readonly Buffer[] | undefined => {
  const message = messages.find(({ type }) => type === CERTIFICATE_REQUEST)
  if (message === undefined) return undefined
  const bytes = new Bytes(message.body)
  // The context of TLS 1.3, the kinds of certificate before.
  bytes.vector(1)
  if (isTls13) return authoritiesExtension(bytes.vector(2))
  // Signature algorithms.
  bytes.vector(2)
  return namesIn(bytes.vector(2))
}
