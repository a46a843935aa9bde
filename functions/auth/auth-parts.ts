import type { AuthenticationServices } from '../../shared/oauth/authentication-services.ts'
import type { OAuth } from '../../shared/oauth/oauth.ts'
import type { Clock } from '../../shared/runtime/clock.ts'
import type { Log } from '../../shared/runtime/log.ts'

/** What this function is made of. Made once, at start. */
export type AuthParts = {
  readonly oauth: OAuth
  readonly services: AuthenticationServices
  /** `AUTH_BASE_URL`: an origin. */
  readonly baseUrl: string
  /** Not on Cloud Run: providers may be on loopback. */
  readonly emulation: boolean
  readonly clock: Clock
  /** The project whose trace the log entries belong to, where known. */
  readonly traceProject: string | undefined
  readonly log: Log
}
