import * as z from 'zod/mini'
import { grantKey, grants } from '../oauth/grant.ts'
import type { LinkedAccount } from '../oauth/linked-accounts.ts'
import { randomValue } from '../oauth/one-time.ts'
import { unsealAs } from '../oauth/unseal-as.ts'
import { collection } from '../storage/collection.ts'
import { seal } from '../storage/sealed-value.ts'
import type { StoredRecord, Transaction } from '../storage/store.ts'
import type { IdentityParts } from './identity-parts.ts'
import { forgetNotifications } from './notification-forget.ts'
import { dropQuestions } from './question.ts'

/**
 * What is left to do once a user's records are gone: their grants, questions and messages, which no transaction can find. Written
 * with the deletion of those records, so that a killed process leaves nothing behind unseen. It is due at once: the purge
 * finishes what nobody else has.
 */
export const erasures = collection('erasures')

/** How long a purge has one for itself, and after how long it is tried again. */
const RETRY_MS = 60_000

/** How long whoever speaks waits for providers. What they have not answered is asked again by the purge. */
export const PATIENCE_MS = 2000

const leftSchema = z.object({
  /** Whose grants are revoked: keys of users and ids of accounts. */
  owners: z.array(z.string()),
  /** Keys of accounts whose questions and messages go. */
  accounts: z.array(z.string()),
})

type Left = Readonly<z.output<typeof leftSchema>>

export type PendingErasure = { readonly key: string; readonly left: Left }

export const newErasure = (left: Left): PendingErasure => ({ key: randomValue(128), left })

export const putErasure = (
  { keyring, clock }: Pick<IdentityParts, 'keyring' | 'clock'>,
  transaction: Transaction,
  { key, left }: PendingErasure,
): void => transaction.put(erasures, key, { value: { sealed: seal(keyring, erasures, key, left) }, expiresAt: clock() })

/** What has been erased, for a summary. */
export type Erased = { readonly grants: number; readonly questions: number; readonly settled: boolean }

/** Revokes and deletes. Repeated, it goes on where it was broken off. */
export const settleErasure = async (
  parts: IdentityParts,
  { key, left }: PendingErasure,
  signal: AbortSignal = AbortSignal.timeout(PATIENCE_MS),
): Promise<Erased> => {
  const dropped = await Promise.all(left.accounts.map(account => dropQuestions(parts, account)))
  await forgetNotifications(parts.store, left.owners, left.accounts)
  const revoked = await Promise.all(left.owners.map(owner => revokeGrants(parts, owner, signal)))
  const grantsLeft = await Promise.all(left.owners.map(owner => parts.oauth.linkedAccounts(owner)))
  const settled = grantsLeft.flat().length === 0
  if (settled) await parts.store.delete(erasures, key)
  return { grants: sum(revoked), questions: sum(dropped), settled }
}

/** Revokes what a user or an account has: all of it, or what is meant. Resolves to how many grants there were. */
export const revokeGrants = async (
  parts: IdentityParts,
  owner: string,
  signal: AbortSignal,
  isMeant: (grant: LinkedAccount) => Promise<boolean> = async () => true,
): Promise<number> => {
  const accounts = await parts.oauth.linkedAccounts(owner)
  await Promise.all(
    accounts.map(async grant => {
      if (!(await isMeant(grant))) return
      const { service } = grant
      const reset = await parts.oauth.resetTokens(service, { user: owner, signal })
      // Not configured any more: nobody could revoke it, but it is not kept either.
      if (reset.outcome === 'failed') await parts.store.delete(grants, grantKey(service, owner))
    }),
  )
  return accounts.length
}

/** Finishes one that is overdue. Resolves to whether this did it; of two purges one does. */
export const retryErasure = async (parts: IdentityParts, record: StoredRecord): Promise<boolean> => {
  const reserved = { ...record, expiresAt: parts.clock() + RETRY_MS }
  if ((await parts.store.replace(erasures, record.key, record.version, reserved)) === undefined) return false
  const { sealed } = z.safeParse(z.object({ sealed: z.string() }), record.value).data ?? { sealed: '' }
  const left = unsealAs(parts.keyring, erasures, record.key, sealed, leftSchema)?.value
  if (left === undefined) {
    parts.log('ERROR', 'an erasure does not decrypt', {})
    return await parts.store.delete(erasures, record.key)
  }
  return (await settleErasure(parts, { key: record.key, left })).settled
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
