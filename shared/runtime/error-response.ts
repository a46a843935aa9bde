/** The statuses that a caller gets instead of an answer. */
export type ErrorStatus = 400 | 401 | 403 | 405 | 413 | 415 | 500 | 503

/** All that a caller learns of a refusal; the operator reads the reason in the log. */
const outward: Readonly<Record<ErrorStatus, { readonly status: string; readonly message: string }>> = {
  400: { status: 'INVALID_ARGUMENT', message: 'The request body is not what is expected here.' },
  401: { status: 'UNAUTHENTICATED', message: 'The call carries no valid identity token.' },
  403: { status: 'PERMISSION_DENIED', message: 'The caller is not allowed to make this call.' },
  405: { status: 'INVALID_ARGUMENT', message: 'Only POST is allowed.' },
  413: { status: 'INVALID_ARGUMENT', message: 'The request body is too large.' },
  415: { status: 'INVALID_ARGUMENT', message: 'The request body has to be application/json.' },
  500: { status: 'INTERNAL', message: 'Something went wrong here.' },
  503: { status: 'UNAVAILABLE', message: 'This is not possible at the moment. Try again later.' },
}

/** An error in the shape of Google's APIs, `{"error":{"code","status","message"}}`. https://google.aip.dev/193 */
export const errorResponse = (code: ErrorStatus): string => JSON.stringify({ error: { code, ...outward[code] } })
