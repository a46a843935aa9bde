import type { Answer } from './answer.ts'

export type SessionErrorStatus = 400 | 401 | 403 | 405 | 413 | 415 | 429 | 500 | 503

/** All that an application learns of a refusal; the operator reads the reason in the log. */
const errors: Readonly<
  Record<
    SessionErrorStatus,
    { readonly status: string; readonly message: string; readonly headers?: Readonly<Record<string, string>> }
  >
> = {
  400: {
    status: 'INVALID_ARGUMENT',
    message: 'Expected a JSON object of service, idToken and session, the session being a full resource name.',
  },
  401: {
    status: 'UNAUTHENTICATED',
    message: 'The ID token is not accepted.',
    headers: { 'WWW-Authenticate': 'Bearer' },
  },
  403: { status: 'PERMISSION_DENIED', message: 'ID tokens of this service are not exchanged.' },
  405: { status: 'INVALID_ARGUMENT', message: 'Only POST is allowed.', headers: { Allow: 'POST' } },
  413: { status: 'INVALID_ARGUMENT', message: 'The request body is too large.' },
  415: { status: 'INVALID_ARGUMENT', message: 'The request body has to be application/json.' },
  429: { status: 'RESOURCE_EXHAUSTED', message: 'Too many requests.', headers: { 'Retry-After': '1' } },
  500: { status: 'INTERNAL', message: 'Something went wrong here.' },
  503: {
    status: 'UNAVAILABLE',
    message: 'The ID token cannot be verified at the moment.',
    headers: { 'Retry-After': '5' },
  },
}

/** JSON, as an answer. */
export const jsonAnswer = (status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers: { ...headers, 'Content-Type': 'application/json; charset=utf-8' },
  body: JSON.stringify(value),
})

/** An error in the shape of Google's APIs. https://google.aip.dev/193 */
export const sessionError = (code: SessionErrorStatus): Answer => {
  const { status, message, headers } = errors[code]
  return { ...jsonAnswer(code, { error: { code, status, message } }, headers), close: true }
}
