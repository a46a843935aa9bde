import { generateKeyPairSync, sign, X509Certificate } from 'node:crypto'

const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const OBJECT_IDENTIFIER = 0x06
const UTF8_STRING = 0x0c
const UTC_TIME = 0x17
const EXPLICIT_VERSION = 0xa0
const EXPLICIT_EXTENSIONS = 0xa3

/** An element of DER. X.690 §8.1 */
const element = (tag: number, ...contents: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const oid = (hex: string): Buffer => element(OBJECT_IDENTIFIER, Buffer.from(hex, 'hex'))
const ECDSA_WITH_SHA256 = element(SEQUENCE, oid('2a8648ce3d040302'))
const COMMON_NAME = oid('550403')
const EXTENDED_KEY_USAGE = oid('551d25')
const CLIENT_AUTH = oid('2b06010505070302')

const DAY = 86_400_000

/** `YYMMDDhhmmssZ` */
const utcTime = (moment: number): Buffer =>
  element(UTC_TIME, Buffer.from(`${new Date(moment).toISOString().slice(2, 19).replaceAll(/\D/g, '')}Z`))

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** A certificate for clients of this name, signed with its own key. RFC 5280 §4.1 */
const certify = (name: Buffer, now: number): Buffer => {
  const extension = element(SEQUENCE, EXTENDED_KEY_USAGE, element(OCTET_STRING, element(SEQUENCE, CLIENT_AUTH)))
  const toBeSigned = element(
    SEQUENCE,
    element(EXPLICIT_VERSION, element(INTEGER, Buffer.from([2]))),
    element(INTEGER, Buffer.from([1])),
    ECDSA_WITH_SHA256,
    name,
    element(SEQUENCE, utcTime(now - DAY), utcTime(now + DAY)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    element(EXPLICIT_EXTENSIONS, element(SEQUENCE, extension)),
  )
  const signature = element(BIT_STRING, Buffer.from([0]), sign('sha256', toBeSigned, privateKey))
  return element(SEQUENCE, toBeSigned, ECDSA_WITH_SHA256, signature)
}

/** A client certificate with its private key. */
export interface Identity {
  /** PEM, with the chain. */
  readonly cert: string
  /** PEM. */
  readonly key: string
}

/** The common name of Dialogflow's certificate, certified by nobody. */
export const selfSignedIdentity = (now: number): Identity => {
  const name = element(
    SEQUENCE,
    element(SET, element(SEQUENCE, COMMON_NAME, element(UTF8_STRING, Buffer.from('Google LLC')))),
  )
  return {
    cert: new X509Certificate(certify(name, now)).toString(),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}

/** A name as `X509Certificate.subject` writes it: Node reads no names but those of certificates. */
export const nameText = (name: Buffer): string => new X509Certificate(certify(name, 0)).subject
