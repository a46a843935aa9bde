import type { X509Certificate } from 'node:crypto'
import { type DerElement, readElements } from './der.ts'

/** Fields of a certificate exactly as they are encoded in it, which `X509Certificate` shows as text alone. */
export interface CertificateFields {
  /** Contents of the INTEGER: a number whose first bit is set has a zero byte before it. */
  readonly serialNumber: Buffer
  /** DER of the Name. */
  readonly issuer: Buffer
  /** DER of the Name. */
  readonly subject: Buffer
  readonly uris: readonly Buffer[]
  readonly dnsNames: readonly Buffer[]
}

const EXPLICIT_VERSION = 0xa0
const EXPLICIT_EXTENSIONS = 0xa3
/** 2.5.29.17, RFC 5280 §4.2.1.6. */
const SUBJECT_ALTERNATIVE_NAME = Buffer.from('551d11', 'hex')
const DNS_NAME = 0x82
const URI = 0x86

const subjectAlternativeNames = (extensions: DerElement | undefined): readonly DerElement[] => {
  if (extensions === undefined) return []
  const [list] = readElements(extensions.contents)
  for (const extension of list === undefined ? [] : readElements(list.contents)) {
    const [identifier, ...rest] = readElements(extension.contents)
    const value = rest.at(-1)
    if (identifier === undefined || value === undefined || !identifier.contents.equals(SUBJECT_ALTERNATIVE_NAME))
      continue
    const [names] = readElements(value.contents)
    return names === undefined ? [] : readElements(names.contents)
  }
  return []
}

/** Cuts the fields out of the certificate's DER. RFC 5280 §4.1. */
export const certificateFields = ({ raw }: X509Certificate): CertificateFields => {
  const [certificate] = readElements(raw)
  const [tbs] = certificate === undefined ? [] : readElements(certificate.contents)
  const parts = tbs === undefined ? [] : readElements(tbs.contents)
  const [serial, , issuer, , subject] = parts[0]?.tag === EXPLICIT_VERSION ? parts.slice(1) : parts
  if (serial === undefined || issuer === undefined || subject === undefined) throw new TypeError('not a certificate')
  const names = subjectAlternativeNames(parts.find(part => part.tag === EXPLICIT_EXTENSIONS))
  const ofKind = (tag: number) => names.filter(name => name.tag === tag).map(name => name.contents)
  return {
    serialNumber: serial.contents,
    issuer: issuer.encoding,
    subject: subject.encoding,
    uris: ofKind(URI),
    dnsNames: ofKind(DNS_NAME),
  }
}
