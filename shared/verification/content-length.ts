import { fail, ok } from '../runtime/result.ts'
import type { Check } from './call.ts'

/**
 * A declared length over the limit is refused before a byte of it is read. One that is not declared, or a lie, is
 * caught while reading: see `runtime/read-body.ts`.
 */
export const contentLength: Check = (call, policy) => {
  const declared = Number(call.headers.all('Content-Length')[0] ?? 0)
  return declared > policy.maxBodyBytes ? fail({ code: 'body_too_large', limit: policy.maxBodyBytes }) : ok({})
}
