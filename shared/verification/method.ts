import { fail, ok } from '../runtime/result.ts'
import type { Check } from './call.ts'
import { excerpt } from './rejection.ts'

/** Dialogflow calls with POST, and so does Cloud Scheduler. */
export const method: Check<unknown> = call =>
  call.method === 'POST' ? ok({}) : fail({ code: 'method_not_allowed', observed: excerpt(call.method) })
