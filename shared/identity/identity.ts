import type { ChannelAccount } from '../channels/channel.ts'
import type { AssociationConsent } from '../oauth/account-link.ts'
import type { JsonObject } from '../runtime/json.ts'
import { answerQuestion, type LinkChoice, reconsider } from './answer-question.ts'
import { createReach } from './create-reach.ts'
import { exportData } from './export-data.ts'
import { type Forgotten, forget } from './forget.ts'
import type { IdentityParts } from './identity-parts.ts'
import { type LinkOutcome, linkAccount, type SignedIn } from './link-account.ts'
import { ineligibility } from './linking.ts'
import { type IdentityPurgeSummary, purgeIdentity } from './purge-identity.ts'
import { type Asked, keepQuestion, type Question, takeQuestion } from './question.ts'
import type { Reach } from './reach.ts'
import { isRetentionDays, RETENTION_DAYS } from './retention-days.ts'
import { createSeen } from './seen.ts'
import { unlinkAccount } from './unlink-account.ts'
import { userOf } from './user-of.ts'

export type IdentityOptions = IdentityParts

/** Everything that this room does for functions: one user over many channels. */
export type Identity = Reach & {
  /** At every turn: notes the use, at most once a minute. See `seen.ts`. */
  seen(account: ChannelAccount, turn: { readonly language: string | undefined }): Promise<void>

  /** `Speaker.user`: whose accounts at providers are meant. See `user-of.ts`. */
  userOf(account: ChannelAccount): Promise<string>

  /** After the code was typed. What is left to be decided by the user is `ask`: keep the question, and ask it. */
  signedIn(account: ChannelAccount, signIn: SignedIn & { readonly consent: AssociationConsent }): Promise<LinkOutcome>

  /** The question in a conversation, for ten minutes. See `question.ts`. */
  ask(asked: Asked, question: Question): Promise<void>
  takeQuestion(asked: Asked): Promise<Question | undefined>
  answer(account: ChannelAccount, choice: LinkChoice, question: Question): Promise<LinkOutcome>

  /** Whether accounts of this channel are linked here at all. */
  isLinkable(account: ChannelAccount): boolean
  /** The user has said of their own accord to link the account, which takes back *never* too. A conflict is asked about. */
  link(account: ChannelAccount, signIn: SignedIn): Promise<LinkOutcome>
  /** Takes back *never* and *not now*. Resolves to whether either had been said. */
  reconsider(account: ChannelAccount): Promise<boolean>
  /** Resolves to whether the account was linked. See `unlink-account.ts`. */
  unlink(account: ChannelAccount): Promise<boolean>

  /** @param options.signal aborted when nobody waits any more: what is left is the purge's */
  forget(account: ChannelAccount, options: { readonly signal: AbortSignal }): Promise<Forgotten>
  exportData(account: ChannelAccount): Promise<JsonObject>

  /** For `retention`. See `purge-identity.ts`. */
  purgeExpired(limit: number): Promise<IdentityPurgeSummary>
}

/**
 * Made once an instance.
 *
 * @throws {RangeError} for days outside of {@link RETENTION_DAYS}, which configuration refuses before
 */
export const createIdentity = (options: IdentityOptions): Identity => {
  const { retentionDays } = options
  if (retentionDays !== undefined && !isRetentionDays(retentionDays)) {
    throw new RangeError(`not a whole number of days from ${RETENTION_DAYS.least} to ${RETENTION_DAYS.most}`)
  }
  const parts: IdentityParts = { ...options }
  const { seen, settled, unsee } = createSeen(parts)

  return {
    ...createReach(parts),
    seen,
    userOf: account => userOf(parts, account),
    signedIn: (account, signIn) => linkAccount(parts, account, { ...signIn, agreed: 'nothing' }),
    ask: (asked, question) => keepQuestion(parts, asked, question),
    takeQuestion: asked => takeQuestion(parts, asked),
    answer: (account, choice, question) => answerQuestion(parts, account, choice, question),
    isLinkable: account => ineligibility(parts.linking, account) === undefined,
    async link(account, signIn) {
      await reconsider(parts, account)
      return linkAccount(parts, account, { ...signIn, consent: 'yes', agreed: 'link' })
    },
    reconsider: account => reconsider(parts, account),
    unlink: account => unlinkAccount(parts, account),
    async forget(account, { signal }) {
      await settled(account.id)
      const forgotten = await forget(parts, account, signal)
      unsee(account.id)
      return forgotten
    },
    exportData: account => exportData(parts, account),
    purgeExpired: limit => purgeIdentity(parts, limit),
  }
}
