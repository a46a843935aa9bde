import type { ChannelAccount } from '../channels/channel.ts'
import { putAuditEntry } from './audit-entry.ts'
import { changeAccount } from './change-account.ts'
import { settleErasure } from './erasure.ts'
import type { IdentityParts } from './identity-parts.ts'
import { type LinkOutcome, linkAccount } from './link-account.ts'
import { ineligibility, isProven } from './linking.ts'
import { dropNeverLinked, putNeverLinked } from './never-linked.ts'
import { profileEntry, profiles, standingAlone } from './profile.ts'
import type { Question } from './question.ts'
import { leaveUser } from './user-record.ts'

/** What a user can answer: link, never link this account, not now. */
export type LinkChoice = 'link' | 'never' | 'notNow'

/**
 * Does as the user says. *Link* is decided anew, as others may have signed in since the question: where it has become a
 * conflict that the user was not asked about, the outcome is to ask again.
 */
export const answerQuestion = async (
  parts: IdentityParts,
  account: ChannelAccount,
  choice: LinkChoice,
  { identity, username, conflict }: Question,
): Promise<LinkOutcome> => {
  const reason = ineligibility(parts.linking, account)
  if (reason !== undefined) return { outcome: 'unlinked', reason }
  if (choice === 'link') {
    const signedIn = { identity, ...(username !== undefined && { username }) }
    return linkAccount(parts, account, { ...signedIn, consent: 'yes', agreed: conflict ? 'move' : 'link' })
  }
  await (choice === 'never' ? refuse(parts, account) : postpone(parts, account))
  return { outcome: 'unlinked', reason: choice }
}

/** Whose the account is stays as it is. */
const postpone = async (parts: IdentityParts, account: ChannelAccount): Promise<void> => {
  if (!isProven(account)) return
  await changeAccount(parts, account, async (transaction, { key, profile }) =>
    transaction.put(profiles, key, profileEntry(parts, { ...profile, notNowAt: parts.clock() })),
  )
}

/** An account that is linked stands alone again. */
const refuse = async (parts: IdentityParts, account: ChannelAccount): Promise<void> => {
  if (!isProven(account)) return
  const erasure = await changeAccount(parts, account, async (transaction, { key, profile, owner }) => {
    putNeverLinked(parts, transaction, account.id)
    putAuditEntry(parts, transaction, { action: 'refused', user: owner?.id, account: account.id })
    transaction.put(profiles, key, profileEntry(parts, standingAlone(profile)))
    return owner && leaveUser(parts, transaction, owner, key)
  })
  parts.log('NOTICE', 'channel account never to be linked', { channel: account.channel })
  if (erasure !== undefined) await settleErasure(parts, erasure)
}

/** The user takes back *never* and *not now*. Resolves to whether either had been said. */
export const reconsider = async (parts: IdentityParts, account: ChannelAccount): Promise<boolean> => {
  if (!isProven(account)) return false
  const wasRefused = await dropNeverLinked(parts, account.id)
  const wasPostponed = await changeAccount(parts, account, async (transaction, { key, profile }) => {
    if (profile.notNowAt === null) return false
    transaction.put(profiles, key, profileEntry(parts, { ...profile, notNowAt: null }))
    return true
  })
  return wasRefused || wasPostponed
}
