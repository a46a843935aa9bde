import type { CustomFetchOptions } from 'openid-client'
import type { JsonObject } from '../runtime/json.ts'
import type { AuthenticationService } from './authentication-service.ts'
import { isEndpointUrl } from './endpoint-url.ts'
import { ProviderFailureError } from './provider-failure.ts'

/** Discovery documents, key sets and tokens have a few kilobytes; and what is larger than this could not be stored. */
const MAX_ANSWER_BYTES = 64 * 1024

/** No provider answers later and is still waited for. A code or a refresh token that is under way may not be abandoned early. */
export const PROVIDER_TIMEOUT_MS = 10_000

/**
 * What is only read: documents, keys, profiles. The four requests that a callback can need so fit into the 30 seconds that
 * Cloud Run gives it.
 */
export const PROVIDER_READ_TIMEOUT_MS = 5000

/** As much of `fetch` as is needed here. */
export type ProviderFetch = (url: string, options: CustomFetchOptions) => Promise<Response>

/** Node's own. */
export const plainFetch: ProviderFetch = (url, { body = null, ...options }) => fetch(url, { ...options, body })

/**
 * The one way to a provider: only to URLs that may be called, without redirects, within a time and a size. What a provider
 * is known to say differently is put right before openid-client reads it.
 */
export const providerFetch =
  (service: AuthenticationService, fetch: ProviderFetch, emulation: boolean): ProviderFetch =>
  async (url, options) => {
    if (!isEndpointUrl(url, emulation)) {
      throw new ProviderFailureError({ code: 'provider_endpoint', reason: 'a URL that is not allowed' })
    }
    const signal = AbortSignal.timeout(options.method === 'GET' ? PROVIDER_READ_TIMEOUT_MS : PROVIDER_TIMEOUT_MS)
    try {
      const headers = { ...service.provider.requestHeaders?.(service), ...options.headers }
      const response = await fetch(url, { ...options, headers, signal })
      return mended(response, await readBounded(response), service, isRefresh(options))
    } catch (error) {
      if (error instanceof ProviderFailureError) throw error
      if (signal.aborted) throw new ProviderFailureError({ code: 'provider_timeout' })
      throw new ProviderFailureError({ code: 'provider_unreachable', reason: systemCodeOf(error) })
    }
  }

const readBounded = async (response: Response): Promise<string> => {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > MAX_ANSWER_BYTES) {
      throw new ProviderFailureError({ code: 'provider_answer', reason: `more than ${MAX_ANSWER_BYTES} bytes` })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** RFC 9110 §15.3.5, §15.4.5: statuses that have no body, and `Response` lets them have none. */
const BODILESS = new Set([204, 205, 304])

const mended = (
  response: Response,
  text: string,
  { provider }: AuthenticationService,
  afterRefresh: boolean,
): Response => {
  const headers = new Headers(response.headers)
  const answer = objectOf(text)
  // Without this openid-client reports the challenge, and not the error that the body names: invalid_grant, for example.
  if (typeof answer?.error === 'string') headers.delete('www-authenticate')
  const gives = typeof answer?.access_token === 'string'
  const changes = {
    ...(gives && provider.bearerUnsaid && isBearerUnsaid(answer.token_type) && { token_type: 'Bearer' }),
    // Nothing is read from it, and if it could not be verified just now, the refresh token beside it would be lost.
    ...(gives && afterRefresh && { id_token: undefined }),
  }
  const body = Object.keys(changes).length === 0 ? text : JSON.stringify({ ...answer, ...changes })
  // The body has been decoded, and its length may have changed.
  for (const name of ['content-encoding', 'content-length']) headers.delete(name)
  return new Response(BODILESS.has(response.status) ? null : body, { status: response.status, headers })
}

const isRefresh = ({ body }: CustomFetchOptions): boolean =>
  body instanceof URLSearchParams && body.get('grant_type') === 'refresh_token'

const isBearerUnsaid = (tokenType: unknown): boolean =>
  tokenType === undefined || (typeof tokenType === 'string' && tokenType.toLowerCase() === 'jwt')

const objectOf = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `ECONNREFUSED`, `ENOTFOUND`, a certificate's fault: what undici puts into the cause. */
const systemCodeOf = (error: unknown): string => {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause ? String(cause.code).slice(0, 60) : 'no connection'
}
