import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log } from './log.ts'

/** Why a request never reaches the function. The reason goes into the log, and names nothing of the request. */
export type RequestProblem = { readonly status: 400 | 417 | 501; readonly code: string; readonly reason: string }

export const MALFORMED = { status: 400, code: 'request_malformed' } as const

/** RFC 9110 §10.1.1: there is no expectation but 100-continue. */
export const unmetExpectation: RequestProblem = {
  status: 417,
  code: MALFORMED.code,
  reason: 'an expectation other than 100-continue',
}

/** What Node's parser lets through, or Node itself would refuse without a word. Expects the headers as they came. */
export const requestProblem = ({ httpVersion, headers }: IncomingMessage): RequestProblem | undefined => {
  // RFC 9112 §3.2.
  if (httpVersion === '1.1' && headers.host === undefined) return { ...MALFORMED, reason: 'no Host' }
  const coding = headers['transfer-encoding']
  if (coding === undefined) return undefined
  // RFC 9112 §6.1: chunks came with HTTP/1.1, and a coding that is not understood is not to be passed over.
  if (httpVersion !== '1.1') return { ...MALFORMED, reason: `Transfer-Encoding in HTTP/${httpVersion}` }
  return coding.trim().toLowerCase() === 'chunked'
    ? undefined
    : { status: 501, code: MALFORMED.code, reason: 'a Transfer-Encoding other than chunked' }
}

/** https://google.aip.dev/193 */
const outward = {
  400: { status: 'INVALID_ARGUMENT', message: 'The request is not well-formed.' },
  417: { status: 'FAILED_PRECONDITION', message: 'The expectation cannot be met.' },
  501: { status: 'UNIMPLEMENTED', message: 'The transfer coding is not supported.' },
} as const

const bodyOf = (code: keyof typeof outward): string => JSON.stringify({ error: { code, ...outward[code] } })

const headersOf = (body: string) => ({
  'Content-Type': 'application/json; charset=utf-8',
  'Content-Length': String(body.length),
  Connection: 'close',
})

export const logRefused = ({ reason, ...problem }: RequestProblem, log: Log): void =>
  log('WARNING', 'call refused', { ...problem, evidence: { reason } })

export const refuseRequest = (problem: RequestProblem, response: ServerResponse, log: Log): void => {
  logRefused(problem, log)
  const body = bodyOf(problem.status)
  response.writeHead(problem.status, headersOf(body)).end(body)
}

/** A whole response, for where Node has made none: {@link MALFORMED}. */
export const malformedResponse: string = [
  'HTTP/1.1 400 Bad Request',
  ...Object.entries(headersOf(bodyOf(400))).map(field => field.join(': ')),
  '',
  bodyOf(400),
].join('\r\n')
