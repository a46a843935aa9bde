import type { Reply } from './send-request.ts'
import type { SendOutcome } from './sender.ts'

/** Error codes are words or numbers; anything else that stands in their place is not repeated. */
const CODE = /^[A-Za-z0-9_]{1,60}$/

/** A channel's own code for a reason: `slack:channel_not_found`, `twilio:21211`; `undefined` where there is none. */
export const reasonOf = (channel: string, code: unknown): string | undefined =>
  (typeof code === 'string' || typeof code === 'number') && CODE.test(String(code)) ? `${channel}:${code}` : undefined

/**
 * What an answer's status says of the message; `undefined` where it was taken (2xx).
 *
 * 504 is a gateway that has stopped waiting (RFC 9110 §15.6.5): what it handed the request to may have done it. Redirects
 * are not followed.
 */
export const outcomeOf = (reply: Reply, reason?: string): Exclude<SendOutcome, { outcome: 'sent' }> | undefined => {
  if (reply.kind === 'unreachable') return { outcome: 'busy', reason: 'unreachable' }
  if (reply.kind === 'unanswered') return { outcome: 'unknown', reason: reason ?? 'unanswered' }
  const { status } = reply
  if (status >= 200 && status < 300) return undefined
  const given = { reason: reason ?? `http:${status}` }
  if (status === 504) return { outcome: 'unknown', ...given }
  return { outcome: status === 429 || status >= 500 ? 'busy' : 'refused', ...given }
}

/** The same of a request that only prepares: nothing has been said to the user yet, so it may be tried again. */
export const preparationOutcomeOf: typeof outcomeOf = (reply, reason) => {
  const outcome = outcomeOf(reply, reason)
  return outcome?.outcome === 'unknown' ? { ...outcome, outcome: 'busy' } : outcome
}
