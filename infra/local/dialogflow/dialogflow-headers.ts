import type { HeaderField } from '../gateway/proxied-headers.ts'

/** The header that Dialogflow sends, field by field as the walk in its mTLS guide prints it. */
export const dialogflowHeaders = (url: URL, body: string, token: string | undefined): readonly HeaderField[] => [
  ...(token === undefined ? [] : [['authorization', `Bearer ${token}`] as const]),
  ['content-type', 'application/json'],
  ['Host', url.host],
  ['Content-Length', String(Buffer.byteLength(body))],
  ['Connection', 'keep-alive'],
  ['Accept', '*/*'],
  ['User-Agent', 'Google-Dialogflow'],
  ['Accept-Encoding', 'gzip, deflate, br'],
]
