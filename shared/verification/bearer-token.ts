import { fail, ok, type Result } from '../runtime/result.ts'
import type { Headers } from './headers.ts'
import type { Rejection } from './rejection.ts'

/** Google's identity tokens have about 1 KB. */
const MAX_TOKEN_LENGTH = 8 * 1024

/** RFC 6750 §2.1, the scheme in any case as RFC 9110 §11.1 has it. */
const BEARER = /^bearer +/i
const B64TOKEN = /^[A-Za-z0-9._~+/-]+=*$/

/** Schemes that an agent can be made to send. What stands in the place of any other may be a secret, and is not shown. */
const KNOWN_SCHEME = /^(?:basic|digest)(?= )/i

/** The token of exactly one `Authorization: Bearer`. */
export const bearerToken = (headers: Headers): Result<string, Rejection> => {
  const [credentials, ...others] = headers.all('Authorization')
  if (others.length > 0) return fail({ code: 'token_duplicated' })
  if (credentials === undefined || credentials === '') return fail({ code: 'token_missing' })
  if (credentials.length > MAX_TOKEN_LENGTH) return fail({ code: 'token_too_large', limit: MAX_TOKEN_LENGTH })
  const scheme = BEARER.exec(credentials)?.[0]
  if (scheme === undefined) {
    return fail({ code: 'token_scheme', observed: KNOWN_SCHEME.exec(credentials)?.[0] ?? 'neither Bearer nor Basic' })
  }
  const token = credentials.slice(scheme.length)
  return B64TOKEN.test(token) ? ok(token) : fail({ code: 'token_malformed', reason: 'characters that no token has' })
}
