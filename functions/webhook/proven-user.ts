import type { Reply } from '../../shared/dialogflow/reply.ts'
import { agentOf } from '../../shared/dialogflow/session.ts'
import type { Turn } from '../../shared/dialogflow/turn.ts'
import type { HandlerContext } from '../../shared/intents/handler-context.ts'
import { fail, type Result } from '../../shared/runtime/result.ts'
import type { Keyring } from '../../shared/storage/keyring.ts'
import {
  type ProvenUser,
  type SessionTokenRejection,
  verifySessionToken,
} from '../../shared/verification/session-token.ts'
import { say } from './account-replies.ts'

/** The session parameter that holds a session token: the application sets it with `detectIntent`. */
export const SESSION_TOKEN_PARAMETER = 'session_token'

export type SessionTokenSettings = {
  /** `AUTH_BASE_URL`. */
  readonly issuer: string
  /** `SESSION_KEYS`. */
  readonly keys: Keyring
}

type Refusal = SessionTokenRejection | { readonly code: 'session_token_missing' } | { readonly code: 'no_session_keys' }

/** The user whom a turn's session token proves, or why it proves nobody. */
export const verifiedUser = (
  turn: Turn,
  settings: SessionTokenSettings | undefined,
  now: number,
): Result<ProvenUser, Refusal> => {
  if (settings === undefined) return fail({ code: 'no_session_keys' })
  const token = turn.sessionParameters[SESSION_TOKEN_PARAMETER] ?? turn.payload[SESSION_TOKEN_PARAMETER]
  const agent = turn.session && agentOf(turn.session)
  if (typeof token !== 'string' || turn.session === undefined || agent === undefined) {
    return fail({ code: 'session_token_missing' })
  }
  const { issuer, keys } = settings
  return verifySessionToken(token, { issuer, agent, session: turn.session.name, keys: keys.keys }, now)
}

/** Asks a turn for the user that its application has signed in, and says so where there is none. */
export const withProvenUserOf =
  (settings: SessionTokenSettings | undefined, turn: Turn, { clock, log }: HandlerContext) =>
  async (use: (user: ProvenUser) => Reply | Promise<Reply>): Promise<Reply> => {
    const user = verifiedUser(turn, settings, clock())
    if (user.ok) return await use(user.value)
    const { code, ...evidence } = user.error
    log('WARNING', 'no proven user', { code, evidence })
    return say('systemComponent_SessionToken_signInFirst')
  }
