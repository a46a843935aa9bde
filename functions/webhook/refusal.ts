import type { ServerResponse } from 'node:http'
import type { BodyError } from '../../shared/dialogflow/body-error.ts'
import { type ErrorStatus, errorResponse } from '../../shared/runtime/error-response.ts'
import type { Log } from '../../shared/runtime/log.ts'
import { operatorNotes } from '../../shared/verification/operator-notes.ts'
import type { Rejection } from '../../shared/verification/rejection.ts'

/** Every reason for which a call gets no answer. */
export type Refusal = Rejection | BodyError | { readonly code: 'body_incomplete'; readonly reason: string }

const BODY_NOTE = {
  status: 400,
  severity: 'WARNING',
  hint: 'The call is genuine, but its body is no WebhookRequest of Dialogflow ES or CX. A flexible CX webhook sends none: choose the standard kind.',
} as const

const noteOf = (refusal: Refusal) => {
  const { code } = refusal
  return code in operatorNotes ? operatorNotes[code as Rejection['code']] : BODY_NOTE
}

/** RFC 9110 §11.6.1 and §10.2.1: what goes with these statuses. */
const required: Partial<Record<ErrorStatus, Readonly<Record<string, string>>>> = {
  401: { 'WWW-Authenticate': 'Bearer' },
  405: { Allow: 'POST' },
  503: { 'Retry-After': '1' },
}

/** Answers a refused call with as little as possible, and tells the operator why. */
export const refuse = (refusal: Refusal, response: ServerResponse, log: Log, close: boolean): void => {
  const { status, severity, hint } = noteOf(refusal)
  const { code, ...evidence } = refusal
  log(severity, 'call refused', { status, code, evidence, hint })
  const body = errorResponse(status)
  response
    .writeHead(status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': body.length,
      ...required[status],
      ...(close ? { Connection: 'close' } : {}),
    })
    .end(body)
}
