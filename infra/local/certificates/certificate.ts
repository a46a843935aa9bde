import { KeyObject, randomBytes, type webcrypto, X509Certificate } from 'node:crypto'
import './reflect-metadata.ts'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsageExtension,
  type JsonGeneralNames,
  KeyUsageFlags,
  KeyUsagesExtension,
  type Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from '@peculiar/x509'

const DAY = 86_400_000

/** RFC 5280 §4.2.1.12. */
export const extendedKeyUsages = { clientAuth: '1.3.6.1.5.5.7.3.2', serverAuth: '1.3.6.1.5.5.7.3.1' } as const

const rsa = (modulusLength: number) => ({
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength,
})

const keyAlgorithms = {
  'rsa-1024': rsa(1024),
  'rsa-2048': rsa(2048),
  'p-256': { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  'p-384': { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
  'p-521': { name: 'ECDSA', namedCurve: 'P-521', hash: 'SHA-512' },
  ed25519: { name: 'Ed25519' },
} as const

export type KeyType = keyof typeof keyAlgorithms

/** What a certificate is to say. */
export interface CertificateContent {
  /** RFC 4514-like, most significant attribute first, as certificates have it: `C=US, O=Google LLC, CN=Google LLC`. */
  readonly subject: string
  /** A day ago by default. */
  readonly notBefore?: Date
  /** Ninety days ahead by default. */
  readonly notAfter?: Date
  /** May sign certificates; false by default. */
  readonly authority?: boolean
  /** Object identifiers; the extension is left out when the list is empty. */
  readonly extendedKeyUsage?: readonly string[]
  readonly subjectAlternativeNames?: JsonGeneralNames
  /** The INTEGER's bytes in hex, high bit clear; random by default. */
  readonly serialNumber?: string
  /** P-256 by default. */
  readonly key?: KeyType
}

/** A certificate with its private key and the way up. */
export interface Issued {
  readonly certificate: X509Certificate
  readonly privateKey: KeyObject
  /** The issuers in TLS order, without this certificate and without the root. */
  readonly chain: readonly X509Certificate[]
  /** What it takes to sign with it. */
  readonly signer: { readonly name: Name; readonly keys: webcrypto.CryptoKeyPair; readonly keyType: KeyType }
}

const subtle = globalThis.crypto.subtle

const generateKeys = async (type: KeyType): Promise<webcrypto.CryptoKeyPair> => {
  const keys = await subtle.generateKey(keyAlgorithms[type], true, ['sign', 'verify'])
  if (!('privateKey' in keys)) throw new TypeError(`${type} is no signing key`)
  return keys
}

/** RSA keys take a tenth of a second each, so the leaves of a run share one a size. */
const leafKeys = new Map<KeyType, Promise<webcrypto.CryptoKeyPair>>()

const keysFor = (content: CertificateContent, type: KeyType): Promise<webcrypto.CryptoKeyPair> => {
  if (content.authority === true) return generateKeys(type)
  const known = leafKeys.get(type) ?? generateKeys(type)
  leafKeys.set(type, known)
  return known
}

const extensions = async (content: CertificateContent, own: webcrypto.CryptoKey, issuer: webcrypto.CryptoKey) => [
  new BasicConstraintsExtension(content.authority === true, undefined, true),
  // Authorities such as Google Trust Services' may sign more than certificates.
  new KeyUsagesExtension(
    content.authority === true
      ? KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign
      : KeyUsageFlags.digitalSignature,
    true,
  ),
  ...(content.extendedKeyUsage === undefined || content.extendedKeyUsage.length === 0
    ? []
    : [new ExtendedKeyUsageExtension([...content.extendedKeyUsage])]),
  ...(content.subjectAlternativeNames === undefined
    ? []
    : [new SubjectAlternativeNameExtension(content.subjectAlternativeNames)]),
  await SubjectKeyIdentifierExtension.create(own),
  await AuthorityKeyIdentifierExtension.create(issuer),
]

/** Makes a certificate signed by `issuer`, or by its own key when there is none. */
export const issue = async (content: CertificateContent, issuer?: Issued): Promise<Issued> => {
  const keyType = content.key ?? 'p-256'
  const keys = await keysFor(content, keyType)
  const signer = issuer?.signer ?? { name: content.subject, keys, keyType }
  const made = await X509CertificateGenerator.create({
    subject: content.subject,
    issuer: signer.name,
    // 0x40 in the first byte: positive, and never shortened (X.690 §8.3).
    serialNumber: content.serialNumber ?? `40${randomBytes(15).toString('hex')}`,
    notBefore: content.notBefore ?? new Date(Date.now() - DAY),
    notAfter: content.notAfter ?? new Date(Date.now() + 90 * DAY),
    publicKey: keys.publicKey,
    signingKey: signer.keys.privateKey,
    signingAlgorithm: keyAlgorithms[signer.keyType],
    extensions: await extensions(content, keys.publicKey, signer.keys.publicKey),
  })
  return {
    certificate: new X509Certificate(Buffer.from(made.rawData)),
    privateKey: KeyObject.from(keys.privateKey),
    chain: issuer === undefined || isRoot(issuer.certificate) ? [] : [issuer.certificate, ...issuer.chain],
    signer: { name: made.subjectName, keys, keyType },
  }
}

/** Says in every field that it is `issuer`, key identifier included, and signs with a key of its own. */
export const impostorOf = async (issuer: Issued): Promise<Issued> => {
  const { publicKey } = issuer.signer.keys
  const { privateKey } = await generateKeys(issuer.signer.keyType)
  return { ...issuer, signer: { ...issuer.signer, keys: { publicKey, privateKey } } }
}

const isRoot = (certificate: X509Certificate): boolean => certificate.subject === certificate.issuer

/** PEM of the certificate and its chain, in TLS order. */
export const chainPem = ({ certificate, chain }: Issued): string => [certificate, ...chain].map(String).join('')

/** PEM of the private key, PKCS #8. */
export const privateKeyPem = ({ privateKey }: Issued): string =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
