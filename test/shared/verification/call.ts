import { expect } from 'vitest'
import { ok, type Result } from '../../../shared/runtime/result.ts'
import { Attestation } from '../../../shared/verification/attestation.ts'
import type { Call, Policy } from '../../../shared/verification/call.ts'
import { Headers } from '../../../shared/verification/headers.ts'
import type { Rejection } from '../../../shared/verification/rejection.ts'
import { Remembered } from '../../../shared/verification/remembered.ts'

/** The moment at which every test of this room takes place. */
export const NOW = Date.parse('2026-11-15T12:00:00Z')

export const ATTESTATION = 'a random value that the load balancer sets'
export const AUDIENCE = 'https://webhook.example/dialogflow'
export const SERVICE_AGENT = 'service-123456789012@gcp-sa-dialogflow.iam.gserviceaccount.com'

/** What every call has, whatever it proves. */
const commonHeaders = {
  Host: 'webhook.example',
  'Content-Type': 'application/json',
  'Content-Length': '1024',
  'X-Lb-Attestation': ATTESTATION,
}

/** Headers by name: `undefined` leaves one out, a list repeats it. */
export type Changes = Readonly<Record<string, string | readonly string[] | undefined>>

export const headersWith = (changes: Changes = {}): Headers => {
  const raw: string[] = []
  for (const [name, value] of Object.entries({ ...commonHeaders, ...changes })) {
    const values = value === undefined ? [] : typeof value === 'string' ? [value] : value
    for (const one of values) raw.push(name, one)
  }
  return new Headers(raw)
}

export const callWith = (changes: Changes = {}, method = 'POST'): Call => ({ method, headers: headersWith(changes) })

/** A policy that trusts nobody, until it is told whom. */
export const policyWith = ({ clock = () => NOW, ...changes }: Partial<Policy> = {}): Policy => ({
  maxBodyBytes: 64 * 1024,
  attestation: new Attestation([ATTESTATION]),
  peer: { profiles: [], remembered: new Remembered(10, clock) },
  token: {
    audiences: [AUDIENCE],
    serviceAgents: [SERVICE_AGENT],
    remembered: new Remembered(10, clock),
    mode: 'verify',
    keys: { find: async () => ok(undefined), prefetch: async () => {} },
  },
  clock,
  ...changes,
})

const SECRET_HEADERS = ['Authorization', 'X-Lb-Attestation', 'X-Client-Cert-Leaf', 'X-Client-Cert-Chain'] as const

/** Pieces of what must not be seen again: every run of twelve characters that is no plain word. */
const piecesOf = (secret: string): readonly string[] => secret.match(/[^\s.:,]{12}/g) ?? []

/** The reason of a refusal, checked to hold no piece of the call's token, certificate or attestation. */
export const refusalOf = (result: Result<unknown, Rejection>, { headers }: Pick<Call, 'headers'>): Rejection => {
  if (result.ok) throw new Error('the call was accepted')
  const logged = JSON.stringify(result.error)
  const secrets = SECRET_HEADERS.flatMap(name => headers.all(name)).flatMap(piecesOf)
  expect(secrets.filter(piece => logged.includes(piece))).toEqual([])
  return result.error
}
