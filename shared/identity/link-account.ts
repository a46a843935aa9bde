import type { ChannelAccount } from '../channels/channel.ts'
import type { AssociationConsent } from '../oauth/account-link.ts'
import type { Identity } from '../oauth/grant.ts'
import type { Transaction } from '../storage/store.ts'
import { putAuditEntry } from './audit-entry.ts'
import { type AccountState, changeAccount } from './change-account.ts'
import { type Agreed, decideLink } from './decide-link.ts'
import { type PendingErasure, settleErasure } from './erasure.ts'
import type { IdentityParts } from './identity-parts.ts'
import { identities, identityEntry, identityKey, identityOf, type StoredIdentity } from './identity-record.ts'
import { ineligibility, isProven, type ProvenAccount } from './linking.ts'
import { neverLinkedSince, renewNeverLinked } from './never-linked.ts'
import { accountKey, type Profile, profileEntry, profiles } from './profile.ts'
import { settleTransfer, withTransfer } from './transfer.ts'
import {
  joinUser,
  leaveUser,
  MAX_ACCOUNTS,
  MAX_IDENTITIES,
  newUser,
  putUser,
  readUser,
  type User,
} from './user-record.ts'

/** Who has signed in. */
export type SignedIn = {
  readonly identity: Identity
  /** The name they sign in with there: notifications may name them by it. */
  readonly username?: string
}

/** What has become of an account. */
export type LinkOutcome =
  /** `notify`: tell the user. */
  | { readonly outcome: 'linked'; readonly user: string; readonly notify: boolean }
  /** Nothing has changed: the user has to say. `conflict`: the account is another user's until they do. */
  | { readonly outcome: 'ask'; readonly conflict: boolean }
  | { readonly outcome: 'unlinked'; readonly reason: UnlinkedReason }

/**
 * Why the sign-in has linked nothing:
 * - `off`: accounts are not linked in this instance; `channel`: not of this channel;
 * - `never`, `notNow`: the user has said so;
 * - `full`: the user has more accounts than anybody should.
 */
export type UnlinkedReason = 'off' | 'channel' | 'never' | 'notNow' | 'full'

type Wish = SignedIn & { readonly consent: AssociationConsent; readonly agreed: Agreed }

/** What a transaction came to, and what is left to do after it. */
type Linked = {
  readonly outcome: LinkOutcome
  readonly message?: string
  readonly erasure?: PendingErasure | undefined
}

/** Decides, in one transaction, whose an account is from now on. */
export const linkAccount = async (parts: IdentityParts, account: ChannelAccount, wish: Wish): Promise<LinkOutcome> => {
  const reason = ineligibility(parts.linking, account)
  if (reason !== undefined || !isProven(account)) return { outcome: 'unlinked', reason: reason ?? 'channel' }
  await renewNeverLinked(parts, account.id)
  const { outcome, message, erasure } = await changeAccount(parts, account, (transaction, state) =>
    attempt({ parts, transaction, account, state, wish }),
  )
  if (message !== undefined) parts.log('NOTICE', message, { channel: account.channel, service: wish.identity.service })
  if (outcome.outcome === 'linked') await settleTransfer(parts, accountKey(account.id), account.id, outcome.user)
  if (erasure !== undefined) await settleErasure(parts, erasure)
  return outcome
}

type Attempt = {
  readonly parts: IdentityParts
  readonly transaction: Transaction
  readonly account: ProvenAccount
  readonly state: AccountState
  readonly wish: Wish
}

const attempt = async (context: Attempt): Promise<Linked> => {
  const { parts, transaction, account, state, wish } = context
  const { owner, profile } = state
  const [record, refusedSince] = await Promise.all([
    transaction.get(identities, identityKey(wish.identity)),
    neverLinkedSince(parts, transaction, account.id),
  ])
  const known = identityOf(record)
  const holder = known && (await readUser(transaction, known.user))
  const decision = decideLink(
    {
      owner: owner?.id,
      holder: holder?.id,
      isOther: owner?.identities.some(({ service }) => service === wish.identity.service) ?? false,
      isNeverLinked: refusedSince !== undefined,
      notNowAt: profile.notNowAt,
    },
    wish,
    parts.clock(),
  )
  if (decision.action === 'ask') return { outcome: { outcome: 'ask', conflict: decision.conflict } }
  if (decision.action === 'leave') return { outcome: { outcome: 'unlinked', reason: decision.reason } }
  const stays = decision.action === 'stay' || decision.action === 'addIdentity'
  if (stays && owner !== undefined) return keep(context, owner, known)
  return join(context, holder ?? newUser(parts), known, !stays && decision.notify)
}

const FULL: Linked = { outcome: { outcome: 'unlinked', reason: 'full' } }

/** The account stays its user's, who may be known by one more identity now. */
const keep = (context: Attempt, owner: User, known: StoredIdentity | undefined): Linked => {
  const { parts, transaction, account, state } = context
  const outcome: LinkOutcome = { outcome: 'linked', user: owner.id, notify: false }
  const isKnown = known?.user === owner.id
  if (!isKnown && owner.identities.length >= MAX_IDENTITIES) return FULL
  putIdentity(context, owner, known)
  putProfile(context, withTransfer(state.profile))
  if (isKnown) return { outcome }
  putUser(transaction, withIdentity(owner, context.wish))
  putAuditEntry(parts, transaction, { action: 'identityAdded', user: owner.id, account: account.id })
  return { outcome, message: 'identity added to a unified user' }
}

const join = (context: Attempt, user: User, known: StoredIdentity | undefined, notify: boolean): Linked => {
  const { parts, transaction, account, state } = context
  const { owner, key, profile } = state
  if (user.accounts.length >= MAX_ACCOUNTS) return FULL
  const erasure = owner && leaveUser(parts, transaction, owner, key)
  const isKnown = known?.user === user.id
  joinUser(transaction, isKnown ? user : withIdentity(user, context.wish), key)
  putIdentity(context, user, known)
  putProfile(context, withTransfer({ ...profile, user: user.id, linkedAt: parts.clock(), notNowAt: null }))
  const action = owner === undefined ? 'linked' : 'moved'
  putAuditEntry(parts, transaction, { action, user: user.id, from: owner?.id, account: account.id })
  return { outcome: { outcome: 'linked', user: user.id, notify }, message: `channel account ${action}`, erasure }
}

const withIdentity = (user: User, { identity }: Wish): User => ({
  ...user,
  identities: [...user.identities, { service: identity.service, key: identityKey(identity) }],
})

/** The user name may be another today. A service that does not tell it leaves what is known. */
const putIdentity = ({ parts, transaction, wish }: Attempt, user: User, known: StoredIdentity | undefined): void => {
  if (known?.user === user.id && wish.username === undefined) return
  const since = known?.user === user.id ? known.since : parts.clock()
  const entry = identityEntry(parts, wish.identity, wish.username, { user: user.id, since })
  transaction.put(identities, identityKey(wish.identity), entry)
}

const putProfile = ({ parts, transaction, state }: Attempt, profile: Profile): void =>
  transaction.put(profiles, state.key, profileEntry(parts, profile))
