import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import { type PeerCertificate, TLSSocket } from 'node:tls'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { chainPem, type Issued, privateKeyPem } from '../certificates/certificate.ts'
import type { HeaderField } from '../gateway/proxied-headers.ts'

export interface WebhookCall {
  /** `https:` for the gateway; `http:` goes straight to the function. */
  readonly url: URL
  /** POST by default. */
  readonly method?: string
  readonly headers: readonly HeaderField[]
  readonly body: string
  /** The root that the gateway's certificate has to lead up to. */
  readonly serverRoot: Issued
  /** Presented when asked for. */
  readonly client?: Issued | undefined
}

/** Subject and issuer of a certificate, one line each. */
export interface Names {
  readonly subject: string
  readonly issuer: string
}

/** What the client saw of the handshake. */
export interface Handshake {
  readonly protocol: string
  readonly cipher: string
  readonly server: Names
  readonly client: Names | undefined
}

/** What came of a call: an answer, or a connection that ended without one. Plain HTTP has no handshake. */
export type Exchange = { readonly handshake: Handshake | undefined } & (
  | { readonly outcome: 'answered'; readonly status: number; readonly body: string }
  | { readonly outcome: 'closed'; readonly reason: string }
)

/** Dialogflow ES waits five seconds for a webhook; CX does so by default. */
const TIMEOUT_MS = 5000

const decoders: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  gzip: body => gunzipSync(body),
  deflate: body => inflateSync(body),
  br: body => brotliDecompressSync(body),
}

const oneLine = (name: string): string => name.replaceAll('\n', ', ')

const distinguishedName = (name: PeerCertificate['subject']): string =>
  Object.entries(name)
    .flatMap(([attribute, values]) => [values ?? []].flat().map(value => `${attribute}=${value}`))
    .join(', ')

const handshakeOf = (socket: TLSSocket, client: Issued | undefined): Handshake => {
  const server = socket.getPeerCertificate()
  return {
    protocol: socket.getProtocol() ?? '',
    cipher: socket.getCipher().standardName,
    server: { subject: distinguishedName(server.subject), issuer: distinguishedName(server.issuer) },
    client: client && {
      subject: oneLine(client.certificate.subject),
      issuer: oneLine(client.certificate.issuer),
    },
  }
}

/** Sends one request on a connection of its own, as Dialogflow does, and waits as long as Dialogflow would. */
export const callWebhook = async ({
  url,
  method = 'POST',
  headers,
  body,
  serverRoot,
  client,
}: WebhookCall): Promise<Exchange> => {
  const options = { method, headers: headers.flat(), agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) }
  const credentials = client === undefined ? {} : { cert: chainPem(client), key: privateKeyPem(client) }
  let handshake: Handshake | undefined
  try {
    const request =
      url.protocol === 'https:'
        ? https.request(url, { ...options, ca: serverRoot.certificate.toString(), ...credentials })
        : http.request(url, options)
    request.on('socket', socket =>
      socket.on('secureConnect', () => {
        if (socket instanceof TLSSocket) handshake = handshakeOf(socket, client)
      }),
    )
    request.end(body)
    const [response]: http.IncomingMessage[] = await once(request, 'response')
    if (response === undefined) throw new TypeError('no response')
    const received = Buffer.concat(await response.toArray())
    const decode = decoders[response.headers['content-encoding'] ?? ''] ?? ((plain: Buffer) => plain)
    return { handshake, outcome: 'answered', status: response.statusCode ?? 0, body: decode(received).toString() }
  } catch (error) {
    return { handshake, outcome: 'closed', reason: error instanceof Error ? error.message : String(error) }
  }
}
