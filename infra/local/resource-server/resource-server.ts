import http, { type IncomingMessage } from 'node:http'
import type { ActiveToken, IdentityProvider } from '../identity-provider/identity-provider.ts'
import { close, listen } from '../listen.ts'

/** A request whose token is live and good for the API. */
export interface ResourceRequest {
  readonly path: string
  readonly query: URLSearchParams
  readonly token: ActiveToken
}

export interface ResourceAnswer {
  readonly status: number
  readonly body: unknown
}

/** What a resource server offers. */
export interface ResourceApi {
  /** Any one of them opens it. */
  readonly scopes: readonly string[]
  /** The body of an error, as this API writes them. */
  readonly error: (status: number, message: string) => unknown
  /** @returns undefined for a resource that does not exist: 404 */
  readonly answer: (request: ResourceRequest) => ResourceAnswer | undefined
}

export interface ResourceServer extends AsyncDisposable {
  /** Where it listens, on loopback over http. */
  readonly url: URL
  /** How many requests were answered with this status. */
  count(status: number): number
}

const BEARER = /^Bearer ([\w.~+/-]+=*)$/i

interface Refusal {
  readonly status: number
  /** RFC 6750 §3.1: the parameters of WWW-Authenticate; none when the request had no token at all. */
  readonly challenge: string
  readonly message: string
}

const INVALID_TOKEN: Refusal = {
  status: 401,
  challenge: ' error="invalid_token"',
  message: 'The access token is unknown, expired or revoked.',
}

/** RFC 6750 §2.1, §3.1. */
const authorize = async (
  { headers: { authorization } }: IncomingMessage,
  provider: Pick<IdentityProvider, 'introspect'>,
  scopes: readonly string[],
): Promise<ActiveToken | Refusal> => {
  if (authorization === undefined) return { status: 401, challenge: '', message: 'An access token is required.' }
  const [, accessToken] = BEARER.exec(authorization) ?? []
  const token = accessToken === undefined ? undefined : await provider.introspect(accessToken)
  if (token === undefined) return INVALID_TOKEN
  if (scopes.some(scope => token.scopes.has(scope))) return token
  return { status: 403, challenge: ' error="insufficient_scope"', message: 'The access token lacks the scope.' }
}

/** Starts a server that answers `GET` requests with a live access token of the identity provider. */
export const startResourceServer = async (options: {
  readonly provider: Pick<IdentityProvider, 'introspect'>
  readonly api: ResourceApi
  /** A free one by default. */
  readonly port?: number
}): Promise<ResourceServer> => {
  const { provider, api } = options
  const statuses: number[] = []

  const respond = async (request: IncomingMessage): Promise<ResourceAnswer & { readonly challenge?: string }> => {
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://resource')
    const token = await authorize(request, provider, api.scopes)
    if ('status' in token) return { ...token, body: api.error(token.status, token.message) }
    const answer = request.method === 'GET' ? api.answer({ path, query, token }) : undefined
    return answer ?? { status: 404, body: api.error(404, 'Not found') }
  }

  const server = http.createServer(async (request, response) => {
    const { status, body, challenge } = await respond(request)
    statuses.push(status)
    if (challenge !== undefined) response.setHeader('WWW-Authenticate', `Bearer${challenge}`)
    response.writeHead(status, { 'Content-Type': 'application/json; charset=UTF-8' }).end(JSON.stringify(body))
  })
  const port = await listen(server, options.port)
  return {
    url: new URL(`http://127.0.0.1:${port}`),
    count: status => statuses.filter(answered => answered === status).length,
    [Symbol.asyncDispose]: () => close(server),
  }
}
