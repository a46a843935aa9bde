import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { readBody } from './read-body.ts'
import { fail, ok, type Result } from './result.ts'

export type HttpAnswer = {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Empty unless the status is 200. */
  readonly body: Buffer
}

export type HttpFailure = 'no_connection' | 'too_slow' | 'too_large'

/** A GET while an instance starts: within a time and a size, without redirects. `fetch` would cost 40 ms to load. */
export const httpGet = (
  address: string,
  { timeoutMs, maxBytes }: { readonly timeoutMs: number; readonly maxBytes: number },
): Promise<Result<HttpAnswer, HttpFailure>> =>
  new Promise(resolve => {
    const url = URL.parse(address)
    if (url?.protocol !== 'http:' && url?.protocol !== 'https:') return resolve(fail('no_connection'))
    const { get } = process.getBuiltinModule(url.protocol === 'https:' ? 'node:https' : 'node:http')
    const signal = AbortSignal.timeout(timeoutMs)
    const request = get(url, { signal, agent: false }, response => {
      void read(response).then(answer => {
        response.destroy()
        resolve(answer)
      })
    })
    request.on('error', () => resolve(fail(signal.aborted ? 'too_slow' : 'no_connection')))

    const read = async (response: IncomingMessage): Promise<Result<HttpAnswer, HttpFailure>> => {
      const { statusCode: status = 0, headers } = response
      if (status !== 200) return ok({ status, headers, body: Buffer.alloc(0) })
      const body = await readBody(response, { maxBytes, timeoutMs })
      if (body.ok) return ok({ status, headers, body: body.value })
      if (body.error === 'broken_off') return fail(signal.aborted ? 'too_slow' : 'no_connection')
      return fail(body.error)
    }
  })
