import type { Reply } from '../../shared/dialogflow/reply.ts'
import type { HandlerContext } from '../../shared/intents/handler-context.ts'
import type { TurnComponents } from '../../shared/oauth/oauth.ts'
import type { AccountOptions, AccountToken } from '../../shared/oauth/require-account.ts'
import type { ProvenUser } from '../../shared/verification/session-token.ts'

/** What this webhook's handlers are given beside the turn: the deadline, a log, and the components that sign users in. */
export type WebhookContext = HandlerContext &
  TurnComponents & {
    /**
     * {@link TurnComponents.requireAccount} in one line: calls `use` with a valid token of the speaking user, and in
     * every other case says what there is to say: the link to sign in at, that a code is waited for, that it failed.
     * Once the user has signed in, the turn is replayed, and `use` is called then.
     */
    withAccount(
      service: string,
      use: (account: AccountToken) => Reply | Promise<Reply>,
      options?: AccountOptions,
    ): Promise<Reply>

    /**
     * Calls `use` with the user whom the application proves to have signed in, by a session token in the session
     * parameter `session_token` (`POST /session` of the function `auth` gives it); otherwise says to sign in first.
     */
    withProvenUser(use: (user: ProvenUser) => Reply | Promise<Reply>): Promise<Reply>

    // What users decide about themselves; each says what has become of it.

    /** Links the channel account to the user who has signed in with it, and takes back *never link this account*. */
    linkChannelAccount(): Promise<Reply>
    /** The channel account stands alone again. */
    unlinkChannelAccount(): Promise<Reply>
    /** *Forget me*: everything that is kept of the user, on all their channels; their tokens are revoked. */
    forgetUser(): Promise<Reply>
    /** *Export my data*: the same as JSON, where nobody else reads along. */
    exportUserData(): Promise<Reply>
  }
