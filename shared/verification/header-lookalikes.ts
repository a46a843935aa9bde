import { fail, ok } from '../runtime/result.ts'
import type { Check } from './call.ts'

/** No header may pass for one that decides something. The load balancer overwrites only the names it sets. */
export const headerLookalikes: Check<unknown> = call => {
  const { lookalike } = call.headers
  return lookalike === undefined ? ok({}) : fail(lookalike)
}
