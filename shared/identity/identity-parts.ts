import type { OAuth } from '../oauth/oauth.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Log } from '../runtime/log.ts'
import type { Keyring } from '../storage/keyring.ts'
import type { Store } from '../storage/store.ts'
import type { Linking } from './linking.ts'

/** What users are found with. */
export type ReachParts = Pick<IdentityParts, 'store' | 'keyring' | 'log'>

/** What this room is made of. Made once, at start; see `createIdentity`. */
export type IdentityParts = {
  readonly store: Store
  /** Encrypts what is personal, and makes the keys of keyed hashes. */
  readonly keyring: Keyring
  readonly clock: Clock
  readonly log: Log
  /** Grants belong to users; who a user is, is decided here. */
  readonly oauth: Pick<OAuth, 'transferAccounts' | 'resetTokens' | 'linkedAccounts'>
  readonly linking: Linking
  /** How long linked profiles are kept after their last use; `undefined` for good. See `retention-days.ts`. */
  readonly retentionDays: number | undefined
}
