import type { Identity } from '../../shared/identity/identity.ts'
import type { OAuth } from '../../shared/oauth/oauth.ts'
import type { Clock } from '../../shared/runtime/clock.ts'
import type { Keyring } from '../../shared/storage/keyring.ts'
import type { Store } from '../../shared/storage/store.ts'

/** How many records were dealt with, by what they are. */
export type Counts = Readonly<Record<string, number>>

/** Takes something away that is past its day. */
export type Purge = {
  /** For the log. */
  readonly name: string
  /**
   * Takes away a batch, in well under five minutes. Whatever it counts, it is asked again; zeros say that there is no more.
   * It may be broken off anywhere, and another run may be at the same records.
   */
  readonly takeBatch: () => Promise<Counts>
}

/** What knows users, and revokes their tokens. */
export type KnownAccounts = { readonly oauth: OAuth; readonly identity: Identity; readonly keyring: Keyring }

/** What purges are made of. */
export type PurgeParts = {
  readonly store: Store
  readonly clock: Clock
  /** `undefined` where no authentication services are configured. */
  readonly accounts: KnownAccounts | undefined
}
