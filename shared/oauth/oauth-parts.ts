import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import type { Keyring } from '../storage/keyring.ts'
import type { Store } from '../storage/store.ts'
import type { AuthenticationServices } from './authentication-services.ts'
import type { ProviderClients } from './provider-clients.ts'

/** What this room is made of. Made once, at start; see `createOAuth`. */
export type OAuthParts = {
  readonly services: AuthenticationServices
  readonly clients: ProviderClients
  readonly store: Store
  /** Encrypts what is stored. */
  readonly keyring: Keyring
  readonly clock: Clock
  readonly log: Log
  /** `AUTH_BASE_URL`: where browsers reach the function `auth`. Callbacks are rebuilt from it, never from a request. */
  readonly baseUrl: string
  /** Accepts loopback URLs. Never on Cloud Run. */
  readonly emulation: boolean
}
