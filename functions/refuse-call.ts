import type { ServerResponse } from 'node:http'
import { type ErrorStatus, errorResponse } from '../shared/runtime/error-response.ts'
import type { Log } from '../shared/runtime/log.ts'
import type { OperatorNote } from '../shared/verification/operator-notes.ts'
import { sendJson } from './send-json.ts'

/** RFC 9110 §11.6.1 and §10.2.1: what goes with these statuses. */
const required: Partial<Record<ErrorStatus, Readonly<Record<string, string>>>> = {
  401: { 'WWW-Authenticate': 'Bearer' },
  405: { Allow: 'POST' },
  503: { 'Retry-After': '1' },
}

/** Answers with as little as possible: a status, and what it means to everybody. */
export const sendError = (response: ServerResponse, status: ErrorStatus, close: boolean): void =>
  sendJson(response, status, errorResponse(status), { ...required[status], ...(close && { Connection: 'close' }) })

/**
 * Refuses a call, and tells the operator why.
 *
 * @param refusal its code, and its evidence beside it
 * @param close the call's body was not read: the connection cannot be used again
 */
export const refuseCall = (
  { code, ...evidence }: { readonly code: string },
  { status, severity, hint }: OperatorNote,
  { response, log, close }: { readonly response: ServerResponse; readonly log: Log; readonly close: boolean },
): void => {
  log(severity, 'call refused', { status, code, evidence, hint })
  sendError(response, status, close)
}
