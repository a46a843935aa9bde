import { fail, ok, type Result } from '../runtime/result.ts'
import type { Headers } from './headers.ts'
import { excerpt, type Rejection } from './rejection.ts'

/** Google's identity tokens have about 1 KB. */
const MAX_TOKEN_LENGTH = 8 * 1024

/** RFC 6750 §2.1, the scheme in any case as RFC 9110 §11.1 has it. The token is its b64token. */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i

/** The token of exactly one `Authorization: Bearer`. */
export const bearerToken = (headers: Headers): Result<string, Rejection> => {
  const [credentials, ...others] = headers.all('Authorization')
  if (credentials === undefined || credentials === '') return fail({ code: 'token_missing' })
  if (others.length > 0) return fail({ code: 'token_duplicated' })
  if (credentials.length > MAX_TOKEN_LENGTH) return fail({ code: 'token_too_large', limit: MAX_TOKEN_LENGTH })
  const token = BEARER.exec(credentials)?.[1]
  if (token !== undefined) return ok(token)
  const scheme = /^[A-Za-z]+(?= )/.exec(credentials)?.[0] ?? 'no scheme'
  return scheme.toLowerCase() === 'bearer'
    ? fail({ code: 'token_malformed', reason: 'characters that no token has' })
    : fail({ code: 'token_scheme', observed: excerpt(scheme) })
}
