import { createDecipheriv, createHmac } from 'node:crypto'
import { Bytes } from './bytes.ts'

/** A message of the TLS handshake. RFC 8446 §4, RFC 5246 §7.4 */
export interface HandshakeMessage {
  readonly type: number
  readonly body: Buffer
}

export const SERVER_HELLO = 2
const CHANGE_CIPHER_SPEC_RECORD = 20
const HANDSHAKE_RECORD = 22
const APPLICATION_DATA_RECORD = 23

/** The cipher suites of TLS 1.3. RFC 8446 §B.4 */
const suites: Readonly<Record<number, { hash: string; cipher: 'aes-128-gcm' | 'aes-256-gcm'; keyLength: number }>> = {
  4865: { hash: 'sha256', cipher: 'aes-128-gcm', keyLength: 16 },
  4866: { hash: 'sha384', cipher: 'aes-256-gcm', keyLength: 32 },
}

/** The suites above by OpenSSL's names: the only ones of TLS 1.3 to offer a server that is to be read. */
export const READABLE_SUITES = 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384'

const TAG_LENGTH = 16

/** HKDF-Expand-Label without context, for no more than one block. RFC 8446 §7.1, RFC 5869 §2.3 */
const expandLabel = (hash: string, secret: Buffer, label: string, length: number): Buffer => {
  const full = Buffer.from(`tls13 ${label}`)
  const info = Buffer.concat([Buffer.from([0, length, full.length]), full, Buffer.from([0, 1])])
  return createHmac(hash, secret).update(info).digest().subarray(0, length)
}

/** Opens the records that a server protects with its handshake key, one after the other. RFC 8446 §5.2 */
const recordOpener = (suite: number, secret: Buffer): ((header: Buffer, record: Buffer) => Buffer) => {
  const known = suites[suite]
  if (known === undefined) throw new RangeError('an unknown cipher suite')
  const key = expandLabel(known.hash, secret, 'key', known.keyLength)
  const iv = expandLabel(known.hash, secret, 'iv', 12)
  let sequence = 0
  return (header, record) => {
    const nonce = Buffer.from(iv)
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence++) >>> 0, 8)
    const decipher = createDecipheriv(known.cipher, key, nonce, { authTagLength: TAG_LENGTH })
    decipher.setAAD(header).setAuthTag(record.subarray(-TAG_LENGTH))
    return Buffer.concat([decipher.update(record.subarray(0, -TAG_LENGTH)), decipher.final()])
  }
}

const messagesIn = (handshake: Buffer): readonly HandshakeMessage[] => {
  const messages: HandshakeMessage[] = []
  try {
    for (const bytes = new Bytes(handshake); !bytes.isAtEnd; )
      messages.push({ type: bytes.number(1), body: bytes.vector(3) })
  } catch {
    // The last one was cut short.
  }
  return messages
}

/** The cipher suite that a ServerHello chooses. RFC 8446 §4.1.3 */
const chosenSuite = ({ body }: HandshakeMessage): number => {
  const bytes = new Bytes(body)
  bytes.take(2 + 32)
  bytes.vector(1)
  return bytes.number(2)
}

/**
 * The messages of a server's first flight, until they are protected by a key that is not known.
 *
 * @param received what the server has sent
 * @param secret the SERVER_HANDSHAKE_TRAFFIC_SECRET of TLS 1.3; earlier versions protect only what comes later
 */
export const handshakeMessages = (received: Buffer, secret: Buffer | undefined): readonly HandshakeMessage[] => {
  const plain: Buffer[] = []
  let open: ReturnType<typeof recordOpener> | undefined
  try {
    for (const bytes = new Bytes(received); !bytes.isAtEnd; ) {
      const header = bytes.take(5)
      const record = bytes.take(header.readUInt16BE(3))
      if (header[0] === HANDSHAKE_RECORD) plain.push(record)
      else if (header[0] === CHANGE_CIPHER_SPEC_RECORD && secret === undefined) break
      else if (header[0] === APPLICATION_DATA_RECORD && secret !== undefined) {
        const hello = messagesIn(Buffer.concat(plain)).findLast(({ type }) => type === SERVER_HELLO)
        if (hello === undefined) break
        open ??= recordOpener(chosenSuite(hello), secret)
        // The content, its type, and zeros as padding.
        const inner = open(header, record)
        const end = inner.findLastIndex(byte => byte !== 0)
        if (inner[end] === HANDSHAKE_RECORD) plain.push(inner.subarray(0, end))
      }
    }
  } catch {
    // Cut short, or protected by the key that comes after the handshake.
  }
  return messagesIn(Buffer.concat(plain))
}
