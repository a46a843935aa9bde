import { createHash } from 'node:crypto'
import type { Turn } from '../dialogflow/turn.ts'

/**
 * Names one call among those of all agents and sessions: the same for a call and its retries, and of no use to whoever
 * does not know the session. The session's name holds project, location and agent.
 *
 * `undefined` when the body names no response or no session: such a call cannot be recognised when it comes again.
 */
export const callId = ({ session, callKey }: Turn): string | undefined =>
  session === undefined || callKey === undefined
    ? undefined
    : createHash('sha256')
        .update(JSON.stringify([session.name, callKey]))
        .digest('base64url')
