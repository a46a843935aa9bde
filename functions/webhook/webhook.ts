import type { IncomingMessage, ServerResponse } from 'node:http'
import { parseBody } from '../../shared/dialogflow/parse-body.ts'
import { parseTurn } from '../../shared/dialogflow/parse-turn.ts'
import type { Turn } from '../../shared/dialogflow/turn.ts'
import { writeReply } from '../../shared/dialogflow/write-reply.ts'
import type { Dispatch, Call as DispatchedCall } from '../../shared/intents/dispatcher.ts'
import { describeError } from '../../shared/runtime/describe-error.ts'
import type { Log } from '../../shared/runtime/log.ts'
import { readBody } from '../../shared/runtime/read-body.ts'
import { fail, type Result } from '../../shared/runtime/result.ts'
import { withTrace } from '../../shared/runtime/trace.ts'
import type { Policy } from '../../shared/verification/call.ts'
import { Headers } from '../../shared/verification/headers.ts'
import { checkSessionProject } from '../../shared/verification/session-project.ts'
import { type VerifiedCall, verify } from '../../shared/verification/verify.ts'
import { sendError } from '../refuse-call.ts'
import { sendJson } from '../send-json.ts'
import { logAccepted, warnOfLegacy } from './accepted-call.ts'
import type { NoteUse } from './note-use.ts'
import { type Refusal, refuse } from './refusal.ts'

/** How long a genuine caller may take to send its body. */
const BODY_TIMEOUT_MS = 3000
/** A refused call's body up to this size is read and dropped, so that the connection can be used again. */
const DRAINABLE_BYTES = 64 * 1024

export type Webhook = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export type WebhookParts = {
  readonly policy: Policy
  readonly dispatch: Dispatch
  /** Notes that an account is being used. Never rejects. */
  readonly noteUse?: NoteUse | undefined
  /** `DIALOGFLOW_PROJECTS`: see `checkSessionProject`. */
  readonly projects: readonly string[]
  /** The project whose trace the log entries belong to, where known. */
  readonly traceProject: string | undefined
  readonly log: Log
}

/** The way of a call: verify → read → parse → dispatch → write. Whatever is wrong ends in {@link refuse}. */
export const createWebhook = ({
  policy,
  dispatch,
  noteUse,
  projects,
  traceProject,
  log: instanceLog,
}: WebhookParts): Webhook => {
  /** The one way to the handlers. It asks for a `VerifiedCall`, which only `verify` can make. */
  const answer = (_call: VerifiedCall, turn: Turn, call: DispatchedCall) => dispatch(turn, call)

  return async (request, response) => {
    const receivedAt = performance.now()
    const log = withTrace(instanceLog, request.headers, traceProject)
    const headers = new Headers(request.rawHeaders)
    try {
      const call = await verify({ method: request.method ?? '', headers }, policy)
      if (!call.ok) return refuse(call.error, response, log, !isDrainable(headers))
      const turn = await readTurn(request, policy)
      if (!turn.ok) return refuse(turn.error, response, log, true)
      const { serviceAgent } = call.value.proofs
      const foreign = checkSessionProject(turn.value.session?.project, serviceAgent.email, projects)
      if (foreign !== undefined) return refuse(foreign, response, log, true)

      const noted = noteUse?.(turn.value, log)
      const outcome = await answer(call.value, turn.value, { log, signal: abortedWith(response), receivedAt })
      await noted
      const { json, problems } = writeReply(outcome.reply, turn.value)
      sendJson(response, 200, json)

      for (const problem of problems) log('WARNING', 'reply not fully written', { intent: outcome.intent, ...problem })
      logAccepted(log, call.value, turn.value, outcome, performance.now() - receivedAt)
      warnOfLegacy(log, call.value, policy.clock())
    } catch (error) {
      log('ERROR', 'call failed', { error: describeError(error) })
      if (!response.headersSent) sendError(response, 500, false)
    }
  }
}

const isDrainable = (headers: Headers): boolean =>
  headers.all('Transfer-Encoding').length === 0 && Number(headers.all('Content-Length')[0] ?? 0) <= DRAINABLE_BYTES

/** Aborted when the caller hangs up before it has its answer. */
const abortedWith = (response: ServerResponse): AbortSignal => {
  const controller = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) controller.abort()
  })
  return controller.signal
}

/** The body, read only now that the call is known to be genuine. */
const readTurn = async (request: IncomingMessage, { maxBodyBytes }: Policy): Promise<Result<Turn, Refusal>> => {
  const bytes = await readBody(request, { maxBytes: maxBodyBytes, timeoutMs: BODY_TIMEOUT_MS })
  if (!bytes.ok) {
    return bytes.error === 'too_large'
      ? fail({ code: 'body_too_large', limit: maxBodyBytes })
      : fail({ code: 'body_incomplete', reason: bytes.error })
  }
  const body = parseBody(bytes.value)
  if (!body.ok) return body
  return parseTurn(body.value)
}
