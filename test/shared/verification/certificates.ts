import '../../../infra/local/certificates/reflect-metadata.ts'
import { hash, X509Certificate } from 'node:crypto'
import { BasicConstraintsExtension, type Extension, X509CertificateGenerator } from '@peculiar/x509'
import {
  type CertificateContent,
  extendedKeyUsages,
  type Issued,
  issue,
} from '../../../infra/local/certificates/certificate.ts'
import peerCertificateHeaders from '../../../infra/peer-certificate-headers.json' with { type: 'json' }
import type { PeerPolicy } from '../../../shared/verification/peer-certificate.ts'
import { Remembered } from '../../../shared/verification/remembered.ts'
import type { TrustProfile } from '../../../shared/verification/trust-profile.ts'
import { NOW } from './call.ts'

const DAY = 86_400_000
const dates = { notBefore: new Date(NOW - 30 * DAY), notAfter: new Date(NOW + 60 * DAY) }

export const DIALOGFLOW = 'C=US, ST=California, L=Mountain View, O=Google LLC, CN=Google LLC'
export const SSL_COM = 'C=US, O=SSL Corp, CN=SSL.com Client Certificate Intermediate CA RSA R2'

// From here, because what @peculiar/x509 needs has to be loaded before it.
export { AuthorityKeyIdentifierExtension, KeyUsageFlags, KeyUsagesExtension } from '@peculiar/x509'

/** An attribute's value that the text form of a name cannot hold: a UTF8String's DER in hex. RFC 4514 §2.4. */
export const inHex = (value: string): string => {
  const bytes = Buffer.from(value)
  return `#${Buffer.from([0x0c, bytes.length]).toString('hex')}${bytes.toString('hex')}`
}

/** A certificate authority, valid at {@link NOW} unless told otherwise. */
export const authority = (
  subject: string,
  issuer?: Issued,
  content: Partial<CertificateContent> = {},
): Promise<Issued> => issue({ subject, authority: true, ...dates, ...content }, issuer)

/** A client certificate like Dialogflow's, valid at {@link NOW}, but for what `content` says. */
export const clientCertificate = (issuer: Issued, content: Partial<CertificateContent> = {}): Promise<Issued> =>
  issue({ subject: DIALOGFLOW, extendedKeyUsage: [extendedKeyUsages.clientAuth], ...dates, ...content }, issuer)

/** Root, intermediate and leaf, shaped like Dialogflow's own. */
export const dialogflowChain = async (content: Partial<CertificateContent> = {}) => {
  const root = await authority('O=SSL Corp, CN=Root')
  const intermediate = await authority(SSL_COM, root)
  return { root, intermediate, leaf: await clientCertificate(intermediate, content) }
}

/** A certificate with exactly these extensions: for what no decent authority would issue. */
export const craft = async ({
  subject,
  issuer,
  keys,
  extensions,
}: {
  readonly subject: string
  /** Signs. Its name is the issuer's. */
  readonly issuer: Pick<Issued, 'signer'>
  readonly keys: Issued['signer']['keys']
  readonly extensions: readonly Extension[]
}): Promise<X509Certificate> => {
  const { name, keys: issuerKeys } = issuer.signer
  const made = await X509CertificateGenerator.create({
    subject,
    issuer: name,
    serialNumber: '40',
    ...dates,
    publicKey: keys.publicKey,
    signingKey: issuerKeys.privateKey,
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
    extensions: [...extensions],
  })
  return new X509Certificate(Buffer.from(made.rawData))
}

export const certificateAuthority = new BasicConstraintsExtension(true, undefined, true)

/** The profile that `infra/trust` calls `sslcom`, ending at anchors of the test's own. */
export const sslcom = (...anchors: readonly X509Certificate[]): TrustProfile => ({
  name: 'sslcom',
  subject: { attribute: 'CN', equals: ['Google LLC'] },
  issuer: { attribute: 'CN', startsWith: 'SSL.com Client Certificate Intermediate CA ' },
  anchors,
  sunset: undefined,
})

/** A policy that accepts certificates of {@link sslcom} under these anchors, with an empty memory. */
export const peerPolicy = (anchors: readonly X509Certificate[], clock = () => NOW): PeerPolicy => ({
  profiles: [sslcom(...anchors)],
  remembered: new Remembered(10, clock),
})

/** RFC 9440 §2.1. */
export const field = (der: Buffer): string => `:${der.toString('base64')}:`

/** The headers that the load balancer sets for a client certificate that it has verified. */
export const peerHeaders = ({
  certificate,
  chain,
}: Pick<Issued, 'certificate' | 'chain'>): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(Object.keys(peerCertificateHeaders).map(name => [name, ''])),
  'X-Client-Cert-Present': 'true',
  'X-Client-Cert-Chain-Verified': 'true',
  'X-Client-Cert-Hash': hash('sha256', certificate.raw, 'base64'),
  'X-Client-Cert-Leaf': field(certificate.raw),
  'X-Client-Cert-Chain': chain.map(({ raw }) => field(raw)).join(', '),
})
