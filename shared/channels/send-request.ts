import type { SenderFetch } from './sender.ts'

/** Channels answer with a few hundred bytes. */
const MAX_ANSWER_BYTES = 64 * 1024

/**
 * - `unreachable`: the request has not left;
 * - `unanswered`: it has, or may have, and the connection broke or nobody answered in time.
 */
export type Reply =
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'unanswered' }
  | {
      readonly kind: 'answered'
      readonly status: number
      /** An empty one where the body is no JSON object, too large, or did not arrive. */
      readonly body: Readonly<Record<string, unknown>>
    }

export type Request = {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

/**
 * A POST without redirects, on a connection of its own: on one that was kept, the other side may be hanging up just now,
 * and nobody could tell whether it had read the request.
 */
export const sendRequest = async (fetch: SenderFetch, { headers, ...request }: Request): Promise<Reply> => {
  try {
    const response = await fetch(request.url, {
      ...request,
      method: 'POST',
      headers: { ...headers, Connection: 'close' },
      redirect: 'manual',
    })
    return { kind: 'answered', status: response.status, body: await readObject(response) }
  } catch (error) {
    return { kind: isUnreachable(error) ? 'unreachable' : 'unanswered' }
  }
}

const readObject = async (response: Response): Promise<Readonly<Record<string, unknown>>> => {
  try {
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength
      if (size > MAX_ANSWER_BYTES) return {}
      chunks.push(chunk)
    }
    return Object(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  } catch {
    return {}
  }
}

/** What ends a connection before anything can be said on it: no address, no listener, no route, no trusted certificate. */
const UNREACHABLE =
  /^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|EHOSTUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_CERT_ALTNAME_INVALID|CERT_\w+|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_\w+)$/

const isUnreachable = (error: unknown): boolean => {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && UNREACHABLE.test(String(cause.code))
}
