import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'

/** A header field as it is written on the wire. */
export type HeaderField = readonly [name: string, value: string]

/** They concern one connection and go no further. RFC 9110 §7.6.1; `Expect` is answered by the gateway itself. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]

/** A client may nominate fields as hop-by-hop, but not those that say where the message goes and where it ends. */
const NEVER_NOMINATED = ['host', 'content-length']

const VIA = '1.1 google'

/** Pairs up `http.IncomingMessage.rawHeaders`. */
const fields = (raw: readonly string[]): readonly HeaderField[] =>
  raw.flatMap((name, at) => (at % 2 === 0 ? [[name, raw[at + 1] ?? ''] as const] : []))

const without = (list: readonly HeaderField[], names: readonly string[]): readonly HeaderField[] => {
  const unwanted = new Set(names.map(name => name.toLowerCase()))
  return list.filter(([name]) => !unwanted.has(name.toLowerCase()))
}

const values = (list: readonly HeaderField[], wanted: string): readonly string[] =>
  list.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)

/** What remains of a message's header when it leaves the connection it came on. */
const endToEnd = (raw: readonly string[]): readonly HeaderField[] => {
  const list = fields(raw)
  const nominated = values(list, 'connection')
    .flatMap(value => value.toLowerCase().split(','))
    .map(name => name.trim())
    .filter(name => !NEVER_NOMINATED.includes(name))
  return without(list, [...HOP_BY_HOP, ...nominated])
}

/** `TRACE_ID/SPAN_ID;o=OPTIONS`, https://cloud.google.com/trace/docs/trace-context#legacy-http-header */
const TRACE = /^[0-9a-f]{32}(?:\/\d{1,20})?(?:;o=[0-3])?$/

const traceContext = (supplied: readonly string[]): string => {
  const [own, ...others] = supplied
  if (own !== undefined && others.length === 0 && TRACE.test(own)) return own
  return `${randomBytes(16).toString('hex')}/${randomBytes(8).readBigUInt64BE()};o=1`
}

/** The two ends of the client's connection. */
export interface Ends {
  readonly client: string
  readonly balancer: string
}

export const ends = (socket: { remoteAddress?: string | undefined; address(): AddressInfo | object }): Ends => {
  const own = socket.address()
  return { client: socket.remoteAddress ?? '', balancer: 'address' in own ? own.address : '' }
}

/**
 * The header that the load balancer sends to its backend: the client's, with the load balancer's own fields in place of
 * any of the same name. https://cloud.google.com/load-balancing/docs/https#target-proxies
 *
 * @param raw the client's, `http.IncomingMessage.rawHeaders`
 * @param custom the custom request headers, variables expanded
 * @returns name, value, name, value, …
 */
export const requestHeaders = (
  raw: readonly string[],
  { client, balancer }: Ends,
  custom: readonly HeaderField[],
): string[] => {
  const list = endToEnd(raw)
  const own: readonly HeaderField[] = [
    ['X-Forwarded-For', [...values(list, 'x-forwarded-for'), client, balancer].join(',')],
    ['X-Forwarded-Proto', 'https'],
    ['Via', [...values(list, 'via'), VIA].join(', ')],
    ['X-Cloud-Trace-Context', traceContext(values(list, 'x-cloud-trace-context'))],
    ...custom,
  ]
  const replaced = own.map(([name]) => name)
  const isChunked = values(fields(raw), 'transfer-encoding').length > 0
  const framing: readonly HeaderField[] = isChunked ? [['Transfer-Encoding', 'chunked']] : []
  return [...without(list, replaced), ...own, ...framing].flat()
}

/** The header that the load balancer sends to its client. */
export const responseHeaders = (raw: readonly string[]): string[] => {
  const list = endToEnd(raw)
  const via: HeaderField = ['Via', [...values(list, 'via'), VIA].join(', ')]
  return [...without(list, ['via']), via].flat()
}
