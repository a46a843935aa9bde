import { createPublicKey, hash, X509Certificate } from 'node:crypto'
import { ok } from '../../shared/runtime/result.ts'
import { Attestation } from '../../shared/verification/attestation.ts'
import type { Policy } from '../../shared/verification/call.ts'
import { Remembered } from '../../shared/verification/remembered.ts'
import genuine from './genuine.json' with { type: 'json' }

/**
 * A token and certificates that count as Dialogflow's. They were made once, and the private keys thrown away: with the
 * same bytes every time, a seed finds the same every time.
 */
const { publicKey, header, claims, signature } = genuine

/** The moment at which they are all valid, in milliseconds since the Unix epoch. */
export const NOW = Date.parse('2026-11-15T12:00:00Z')

export const clock = () => NOW

export { claims, header, signature }

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Nobody can make another one that the key fits. */
export const token = `${encode(header)}.${encode(claims)}.${signature}`

export const key = createPublicKey({ key: publicKey, format: 'jwk' })

const certificate = (base64: string) => new X509Certificate(Buffer.from(base64, 'base64'))

export const root = certificate(genuine.certificates.root)
export const intermediate = certificate(genuine.certificates.intermediate)
export const leaf = certificate(genuine.certificates.leaf)

/** RFC 9440 §2.1. */
export const field = (der: Buffer): string => `:${der.toString('base64')}:`

export const ATTESTATION = 'what the load balancer alone knows'

/** A policy with an empty memory. */
export const newPolicy = (): Policy => ({
  maxBodyBytes: 64 * 1024,
  attestation: new Attestation([ATTESTATION]),
  peer: {
    profiles: [
      {
        name: 'sslcom',
        subject: { attribute: 'CN', equals: ['Google LLC'] },
        issuer: { attribute: 'CN', startsWith: 'SSL.com Client Certificate Intermediate CA ' },
        anchors: [root],
        sunset: undefined,
      },
    ],
    remembered: new Remembered(10, clock),
  },
  token: {
    audiences: [claims.aud],
    serviceAgents: [claims.email],
    remembered: new Remembered(10, clock),
    mode: 'verify',
    keys: { find: async kid => ok(kid === header.kid ? key : undefined), prefetch: async () => {} },
  },
  clock,
})

/** What a genuine call has. */
export const headers: readonly (readonly [name: string, value: string])[] = [
  ['Host', 'webhook.example'],
  ['Content-Type', 'application/json'],
  ['Content-Length', '1024'],
  ['X-Lb-Attestation', ATTESTATION],
  ['X-Client-Cert-Present', 'true'],
  ['X-Client-Cert-Chain-Verified', 'true'],
  ['X-Client-Cert-Error', ''],
  ['X-Client-Cert-Hash', hash('sha256', leaf.raw, 'base64')],
  ['X-Client-Cert-Leaf', field(leaf.raw)],
  ['X-Client-Cert-Chain', [intermediate, root].map(({ raw }) => field(raw)).join(', ')],
  ['Authorization', `Bearer ${token}`],
]
