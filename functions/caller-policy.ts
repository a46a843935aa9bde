import type { Clock } from '../shared/runtime/clock.ts'
import type { Log } from '../shared/runtime/log.ts'
import type { CallerPolicy } from '../shared/verification/call.ts'
import { fetchKeysFrom } from '../shared/verification/fetch-keys.ts'
import { createKeySource } from '../shared/verification/key-source.ts'
import { Remembered } from '../shared/verification/remembered.ts'

export type CallerSettings = {
  readonly audiences: readonly string[]
  /** Addresses of service accounts. */
  readonly callers: readonly string[]
  readonly IDENTITY_TOKEN_MODE: 'verify' | 'platform'
  readonly GOOGLE_CERTS_URL: string
}

/** Whom a function accepts that a service of Google Cloud calls: Cloud Scheduler, Pub/Sub. */
export const createCallerPolicy = (
  { audiences, callers, IDENTITY_TOKEN_MODE: mode, GOOGLE_CERTS_URL }: CallerSettings,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): CallerPolicy => ({
  token: {
    audiences,
    serviceAgents: callers,
    remembered: new Remembered(callers.length, clock),
    ...(mode === 'verify' ? { mode, keys: createKeySource(fetchKeysFrom(GOOGLE_CERTS_URL), clock, log) } : { mode }),
  },
  clock,
})
