import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** Answers with a text that is JSON already. */
export const sendJson = (
  response: ServerResponse,
  status: number,
  json: string,
  headers: OutgoingHttpHeaders = {},
): void => {
  response
    .writeHead(status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(json),
      ...headers,
    })
    .end(json)
}
