import http from 'node:http'
import { CookieJar } from '../../../infra/local/identity-provider/identity-provider-sign-in.ts'

export type Answered = {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

export type Sent = {
  readonly method?: string
  /** Laid over a browser's own; null leaves one out. */
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>
  readonly body?: string
}

const FORM = 'application/x-www-form-urlencoded'

/** A browser as far as `auth` sees it: cookies, Fetch Metadata, redirects not followed. A path is sent exactly as it is written. */
export class Browser {
  readonly #origin: URL
  readonly #cookies = new CookieJar()
  /** All that it was answered. */
  readonly answers: Answered[] = []

  constructor(origin: string) {
    this.#origin = new URL(origin)
  }

  get(path: string, sent: Sent = {}): Promise<Answered> {
    return this.send(path, { method: 'GET', ...sent })
  }

  /** Presses the button of a form on a page of this origin. */
  post(path: string, { headers = {}, ...sent }: Sent = {}): Promise<Answered> {
    const own = { 'Sec-Fetch-Site': 'same-origin', Origin: 'null', 'Content-Type': FORM }
    return this.send(path, { method: 'POST', body: '', ...sent, headers: { ...own, ...headers } })
  }

  async send(path: string, { method = 'GET', headers = {}, body }: Sent): Promise<Answered> {
    const cookie = this.#cookies.header(new URL('/', this.#origin))
    const all: [string, string][] = []
    const merged: Sent['headers'] = { Host: this.#origin.host, ...(cookie !== '' && { Cookie: cookie }), ...headers }
    for (const [name, value] of Object.entries(merged)) {
      if (value !== null) for (const each of [value].flat()) all.push([name, each])
    }
    if (body !== undefined && !('Transfer-Encoding' in headers)) {
      all.push(['Content-Length', String(Buffer.byteLength(body))])
    }
    const answer = await new Promise<Answered>((resolve, reject) => {
      const request = http.request(
        { host: '127.0.0.1', port: this.#origin.port, method, path, headers: all.flat(), agent: false },
        response => {
          const chunks: Buffer[] = []
          response.on('data', chunk => chunks.push(chunk)).on('error', reject)
          response.on('end', () => {
            const { statusCode = 0, headers: answered } = response
            resolve({ status: statusCode, headers: answered, body: Buffer.concat(chunks).toString() })
          })
        },
      )
      request.on('error', reject)
      request.end(body)
    })
    const received = new Headers((answer.headers['set-cookie'] ?? []).map(value => ['Set-Cookie', value]))
    this.#cookies.store(new Response(null, { headers: received }))
    this.answers.push(answer)
    return answer
  }
}

/** The pathname and search of a URL, to be asked for here. */
export const pathOf = ({ pathname, search }: URL): string => `${pathname}${search}`

export const titleOf = (page: string): string => /<h1>([^<]*)<\/h1>/.exec(page)?.[1] ?? ''

export const languageOf = (page: string): string => /<html lang="([^"]*)">/.exec(page)?.[1] ?? ''

/** The code that a page shows. */
export const codeOf = (page: string): string => /<b aria-hidden="true">([B-Z]{3}-[B-Z]{3})<\/b>/.exec(page)?.[1] ?? ''

/** Where the forms of a page lead, in their order. */
export const actionsOf = (page: string): readonly string[] =>
  [...page.matchAll(/<form method="post" action="([^"]*)">/g)].map(([, action = '']) => action)
