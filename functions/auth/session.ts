import * as z from 'zod/mini'
import { agentOf, parseSession } from '../../shared/dialogflow/session.ts'
import type { SessionTokenRefusal, SessionTokenRequest } from '../../shared/oauth/issue-session-token.ts'
import { describeError } from '../../shared/runtime/describe-error.ts'
import { readBody } from '../../shared/runtime/read-body.ts'
import { fail, ok, type Result } from '../../shared/runtime/result.ts'
import type { Answer } from './answer.ts'
import type { AuthParts } from './auth-parts.ts'
import { createRateLimit } from './rate-limit.ts'
import type { AuthRequest, Route } from './route.ts'
import { jsonAnswer, type SessionErrorStatus, sessionError } from './session-error.ts'

type Refusal =
  | SessionTokenRefusal
  | { readonly code: 'rate_limited' }
  | { readonly code: 'content_type_unsupported' }
  | { readonly code: 'body_too_large' }
  | { readonly code: 'body_incomplete'; readonly reason: string }
  | { readonly code: 'body_invalid'; readonly reason: 'not JSON' | 'wrong fields' | 'no session name' }

const statusOf: Readonly<Record<Refusal['code'], SessionErrorStatus>> = {
  rate_limited: 429,
  content_type_unsupported: 415,
  body_too_large: 413,
  body_incomplete: 400,
  body_invalid: 400,
  service_unknown: 403,
  service_closed: 403,
  id_token_refused: 401,
  provider_unreachable: 503,
  provider_timeout: 503,
  provider_status: 503,
  provider_answer: 503,
  provider_error: 503,
  provider_endpoint: 503,
  service_settings: 500,
}

/** ID tokens have one or two kilobytes, with many groups in them ten. */
const LIMITS = { maxBytes: 20 * 1024, timeoutMs: 3000 }

/** Of one instance. An application asks once a conversation. */
const RATE = { perSecond: 20, burst: 60 }

/** RFC 8259 §11. A browser sends this to another site only with permission, which nobody is given here (no CORS). */
const CONTENT_TYPE = /^application\/json\s*(?:;|$)/i

const bodySchema = z.strictObject({
  service: z.string().check(z.maxLength(40)),
  idToken: z.string().check(z.maxLength(16 * 1024)),
  session: z.string().check(z.maxLength(500)),
})

/**
 * `POST /session`: an application that has signed its user in exchanges the provider's ID token for a session token.
 *
 *     {"service": "google", "idToken": "…", "session": "projects/P/agent/sessions/S"}
 *     {"sessionToken": "…", "expireTime": "2026-11-21T20:00:00.000Z"}
 *
 * The application hands the session token to the agent in the session parameter `session_token`.
 */
export const sessionRoutes = (parts: AuthParts): readonly Route[] => {
  const isAllowed = createRateLimit(RATE, parts.clock)
  const exchange = async (request: AuthRequest): Promise<Answer> => {
    const { log } = request
    try {
      const issued = await issue(request, parts, isAllowed)
      if (issued.ok) return issued.value
      const { code, ...evidence } = issued.error
      const status = statusOf[code]
      log(status < 500 ? 'WARNING' : 'ERROR', 'session token refused', { status, code, evidence })
      return sessionError(status)
    } catch (error) {
      log('ERROR', 'request failed', { error: describeError(error) })
      return sessionError(500)
    }
  }
  return [{ path: /^\/session$/, methods: { POST: exchange }, otherwise: () => sessionError(405) }]
}

const issue = async (
  { message, log }: AuthRequest,
  { oauth }: AuthParts,
  isAllowed: () => boolean,
): Promise<Result<Answer, Refusal>> => {
  if (!isAllowed()) return fail({ code: 'rate_limited' })
  if (!CONTENT_TYPE.test(message.headers['content-type'] ?? '')) return fail({ code: 'content_type_unsupported' })
  const body = await readBody(message, LIMITS)
  if (!body.ok) {
    return body.error === 'too_large'
      ? fail({ code: 'body_too_large' })
      : fail({ code: 'body_incomplete', reason: body.error })
  }
  const request = parseRequest(body.value)
  if (!request.ok) return request
  const issued = await oauth.issueSessionToken(request.value)
  if (!issued.ok) return issued
  log('INFO', 'session token issued', { service: request.value.service, agent: request.value.agent })
  const { token, expiresAt } = issued.value
  return ok(jsonAnswer(200, { sessionToken: token, expireTime: new Date(expiresAt).toISOString() }))
}

const parseRequest = (body: Buffer): Result<SessionTokenRequest, Refusal> => {
  let json: unknown
  try {
    json = JSON.parse(body.toString('utf8'))
  } catch {
    return fail({ code: 'body_invalid', reason: 'not JSON' })
  }
  const { data } = bodySchema.safeParse(json)
  if (data === undefined) return fail({ code: 'body_invalid', reason: 'wrong fields' })
  const agent = agentOf(parseSession(data.session))
  return agent === undefined ? fail({ code: 'body_invalid', reason: 'no session name' }) : ok({ ...data, agent })
}
