import { once } from 'node:events'
import https, { type RequestOptions } from 'node:https'
import { chainPem, type Issued, privateKeyPem } from '../../../infra/local/certificate.ts'
import { developmentCa } from '../../../infra/local/development-ca.ts'

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
  const answered = once(request, 'response')
  const send = async () => {
    for await (const chunk of body) if (!request.write(chunk)) await once(request, 'drain')
    request.end()
  }
  const [[response]] = await Promise.all([answered, send()])
  const text = Buffer.concat(await response.toArray()).toString()
  return { status: response.statusCode, rawHeaders: response.rawHeaders, body: text }
}
