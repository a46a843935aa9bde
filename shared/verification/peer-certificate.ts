import { hash } from 'node:crypto'
import peerCertificateHeaders from '../../infra/peer-certificate-headers.json' with { type: 'json' }
import { fail, ok, type Result } from '../runtime/result.ts'
import type { Check } from './call.ts'
import { decodeCertificate, decodeCertificateChain } from './certificate-field.ts'
import type { PeerHeader } from './headers.ts'
import { type CertificateChain, type LeafCertificate, parseCertificate, verifyLeaf } from './leaf-certificate.ts'
import { excerpt, type Rejection } from './rejection.ts'
import type { Remembered } from './remembered.ts'
import type { TrustProfile } from './trust-profile.ts'

export type PeerPolicy = {
  readonly profiles: readonly TrustProfile[]
  /** Leaves that passed, by SHA-256, each with everything that was looked at. */
  readonly remembered: Remembered<{ readonly fields: Fields; readonly leaf: LeafCertificate }>
}

/** The headers that decide. The others of the header file are there for the adopter's own use. */
const READ = [
  'X-Client-Cert-Present',
  'X-Client-Cert-Chain-Verified',
  'X-Client-Cert-Error',
  'X-Client-Cert-Hash',
  'X-Client-Cert-Leaf',
  'X-Client-Cert-Chain',
] as const satisfies readonly PeerHeader[]

type Fields = Readonly<Record<(typeof READ)[number], string>>

/** A field that grew too large is reported in the error header. Of a field that nobody reads, that is no error. */
const harmlessErrors: ReadonlySet<string> = new Set(
  Object.entries(peerCertificateHeaders)
    .filter(([header]) => !READ.some(name => name === header))
    .map(([, variable]) => `${variable}_exceeded_size_limit`),
)

const MAX_ERROR_LENGTH = 2048

/** The list of errors is open: what is not known to be harmless refuses. How several are joined is not documented. */
const isHarmless = (error: string): boolean =>
  error === '' ||
  (error.length <= MAX_ERROR_LENGTH && error.split(/[\s,;|]+/).every(code => code === '' || harmlessErrors.has(code)))

/** What the load balancer says of its own verification. */
const verdict = (fields: Fields): Rejection | undefined => {
  const present = fields['X-Client-Cert-Present']
  const verified = fields['X-Client-Cert-Chain-Verified']
  const error = fields['X-Client-Cert-Error']
  if (present !== 'true') return { code: 'peer_absent', observed: excerpt(present) }
  if (!isHarmless(error)) return { code: 'peer_error', observed: excerpt(error) }
  if (verified !== 'true') return { code: 'peer_unverified', observed: excerpt(verified) }
  return undefined
}

const malformed = (header: PeerHeader, reason: string) => fail({ code: 'peer_malformed', header, reason } as const)

const parseChain = (fields: Fields): Result<CertificateChain, Rejection> => {
  const der = decodeCertificate(fields['X-Client-Cert-Leaf'])
  if (!der.ok) return malformed('X-Client-Cert-Leaf', der.error)
  const fingerprint = hash('sha256', der.value, 'base64')
  // Documented as base64; the load balancer has been seen to leave the padding out.
  const spellings = [fingerprint, fingerprint.slice(0, -1)]
  if (!spellings.includes(fields['X-Client-Cert-Hash'])) return fail({ code: 'peer_fingerprint' })
  const leaf = parseCertificate(der.value)
  if (!leaf.ok) return malformed('X-Client-Cert-Leaf', leaf.error)

  const members = decodeCertificateChain(fields['X-Client-Cert-Chain'])
  if (!members.ok) return malformed('X-Client-Cert-Chain', members.error)
  const chain = []
  for (const member of members.value) {
    const certificate = parseCertificate(member)
    if (!certificate.ok) return malformed('X-Client-Cert-Chain', certificate.error)
    chain.push(certificate.value)
  }
  return ok({ leaf: leaf.value, chain })
}

/**
 * Dialogflow's client certificate as the load balancer forwards it: present, verified, without an error; and then
 * the certificate itself, looked at again.
 */
export const peerCertificate: Check = ({ headers }, { peer, clock }) => {
  const fields = headers.eachOnce(READ)
  if (!fields.ok) return fields
  const refused = verdict(fields.value)
  if (refused !== undefined) return fail(refused)

  const fingerprint = fields.value['X-Client-Cert-Hash']
  const known = peer.remembered.get(fingerprint)
  if (known !== undefined && READ.every(name => known.fields[name] === fields.value[name])) {
    return ok({ peerCertificate: known.leaf })
  }

  const chain = parseChain(fields.value)
  if (!chain.ok) return chain
  const leaf = verifyLeaf(chain.value, peer.profiles, clock())
  if (!leaf.ok) return leaf
  peer.remembered.set(fingerprint, { fields: fields.value, leaf: leaf.value }, leaf.value.validUntil)
  return ok({ peerCertificate: leaf.value })
}
