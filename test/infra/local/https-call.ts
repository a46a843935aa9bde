import { once } from 'node:events'
import https, { type RequestOptions } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { chainPem, type Issued, privateKeyPem } from '../../../infra/local/certificates/certificate.ts'
import { developmentCa } from '../../../infra/local/certificates/development-ca.ts'

export interface Answer {
  readonly status: number
  readonly rawHeaders: readonly string[]
  readonly body: string
}

export interface CallOptions extends RequestOptions {
  readonly client?: Issued
  readonly body?: Iterable<Buffer> | AsyncIterable<Buffer>
}

/** One request on a connection of its own, unless `agent` is given. Rejects when the connection is closed. */
export const call = async (url: URL, { client, body = [], ...options }: CallOptions = {}): Promise<Answer> => {
  const { serverRoot } = await developmentCa()
  const credentials = client === undefined ? {} : { cert: chainPem(client), key: privateKeyPem(client) }
  const request = https.request(url, {
    agent: false,
    ca: serverRoot.certificate.toString(),
    ...credentials,
    ...options,
  })
  // An answer may come before everything is sent, and then nothing more is.
  void pipeline(Readable.from(body), request).catch(() => {})
  const [response] = await once(request, 'response')
  const text = Buffer.concat(await response.toArray()).toString()
  return { status: response.statusCode, rawHeaders: response.rawHeaders, body: text }
}
