import type { JsonValue } from '../../../shared/runtime/json.ts'
import { fail, ok, type Result } from '../../../shared/runtime/result.ts'

/** Why a resource server gave no answer. `rejected`: it does not accept the token. */
export type ResourceFailure = 'rejected' | 'not_found' | 'unreachable'

const MAX_BYTES = 256 * 1024

/** GET with a bearer token (RFC 6750 §2.1): JSON of at most 256 KiB, no redirects, until the turn's signal. */
export const getResource = async (
  url: URL,
  accessToken: string,
  signal: AbortSignal,
): Promise<Result<JsonValue, ResourceFailure>> => {
  try {
    const response = await fetch(url, {
      headers: { Authorization: `Bearer ${accessToken}`, Accept: 'application/json' },
      redirect: 'error',
      signal,
    })
    if (response.status === 401) return fail('rejected')
    if (response.status === 404) return fail('not_found')
    if (!response.ok) return fail('unreachable')
    const chunks: Uint8Array[] = []
    let size = 0
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength
      if (size > MAX_BYTES) return fail('unreachable')
      chunks.push(chunk)
    }
    return ok(JSON.parse(Buffer.concat(chunks).toString('utf8')))
  } catch {
    return fail('unreachable')
  }
}
