import type { X509Certificate } from 'node:crypto'
import { otherWayFinding } from './answers.ts'
import { call } from './call.ts'
import type { ExpectedAuthorities } from './certificate-request.ts'
import type { Finding } from './finding.ts'
import { forgedHeaders } from './forged-headers.ts'
import { lookAtServer } from './look-at-server.ts'
import { lookAtWebhook, type MakeCall } from './look-at-webhook.ts'
import { type Identity, selfSignedIdentity } from './self-signed-certificate.ts'

export interface Examination {
  /** As the agent has it. */
  readonly url: URL
  /** Addresses that may lead to the same webhook. */
  readonly also: readonly URL[]
  readonly expected: readonly ExpectedAuthorities[]
  /** Roots that the server's certificate may lead to besides the public ones. */
  readonly ownRoots: readonly X509Certificate[]
  /** A client certificate that the load balancer accepts, if there is one. */
  readonly identity: Identity | undefined
  /** For each step: a name looked up, a connection, an answer. */
  readonly timeoutMs: number
  /** Milliseconds since the Unix epoch. */
  readonly now: number
  /** Is told what comes next. */
  readonly onStep: (step: string) => void
}

export interface Report {
  readonly findings: readonly Finding[]
  /** How many requests were sent. */
  readonly requests: number
}

/**
 * Looks at a webhook as Dialogflow would, and as others would. Nothing that it sends is secret or does harm: the
 * requests, six and one for each other address at most, have the body `{}`.
 */
export const examine = async (examination: Examination): Promise<Report> => {
  const { url, also, now, timeoutMs, onStep } = examination
  const findings: Finding[] = []
  let requests = 0
  const add = (finding: Finding): void => void findings.push(finding)
  const make: MakeCall = async (step, options) => {
    onStep(step)
    requests += 1
    return await call({ url, timeoutMs, ...options })
  }

  if (await lookAtServer(examination, add)) await lookAtWebhook(examination, make, add)
  const headers = forgedHeaders(selfSignedIdentity(now).cert)
  for (const other of also) {
    add(otherWayFinding(other, await make(`another way in, ${other.host}`, { url: other, headers })))
  }
  return { findings, requests }
}
