import * as z from 'zod/mini'
import { randomValue } from '../oauth/one-time.ts'
import { collection } from '../storage/collection.ts'
import type { StoredRecord, Transaction } from '../storage/store.ts'
import type { IdentityParts } from './identity-parts.ts'
import { keyedHash, keyedHashes } from './keyed-hash.ts'

/** Who became whom, and when: written in the transaction that does it. Random ids and keyed hashes, nothing personal. */
export const auditEntries = collection('auditEntries', 'user', 'account')

const KEPT_MS = 400 * 24 * 60 * 60_000

/**
 * - `linked`: the account, which stood alone, became the user's;
 * - `moved`: it became the user's, and was another's (`from`) before;
 * - `identityAdded`: the user signed in at a service that did not know them yet;
 * - `unlinked`: at the user's wish, the account stands alone again;
 * - `refused`: *never link this account*;
 * - `expired`: its profile was past its day;
 * - `forgotten`: at the user's wish everything was deleted.
 */
const actions = z.enum(['linked', 'moved', 'identityAdded', 'unlinked', 'refused', 'expired', 'forgotten'])

export type AuditAction = z.output<typeof actions>

const storedSchema = z.object({
  action: actions,
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Null where the account stood alone. */
  user: z.nullable(z.string()),
  from: z.nullable(z.string()),
  /** Keyed hash of the account's id; null where it could not be read any more. */
  account: z.nullable(z.string()),
})

export type AuditEntry = Readonly<z.output<typeof storedSchema>>

type Audited = {
  readonly action: AuditAction
  readonly user?: string | undefined
  readonly from?: string | undefined
  /** `ChannelAccount.id` */
  readonly account: string | undefined
}

export const putAuditEntry = (
  { keyring, clock }: Pick<IdentityParts, 'keyring' | 'clock'>,
  transaction: Transaction,
  { action, user, from, account }: Audited,
): void => {
  const at = clock()
  const hash = account === undefined ? null : keyedHash(keyring, 'audit', account)
  transaction.put(auditEntries, randomValue(128), {
    value: { action, at, user: user ?? null, from: from ?? null, account: hash },
    expiresAt: at + KEPT_MS,
  })
}

/** What is on record about a user, and about accounts whether they stood alone or not; the oldest first. */
export const auditTrail = async (
  { store, keyring }: Pick<IdentityParts, 'store' | 'keyring'>,
  { user, accounts }: { readonly user: string | undefined; readonly accounts: readonly string[] },
): Promise<readonly AuditEntry[]> => {
  const hashes = accounts.flatMap(account => keyedHashes(keyring, 'audit', account))
  const found = await Promise.all([
    ...(user === undefined ? [] : [store.find(auditEntries, 'user', user, PAGE)]),
    ...hashes.map(hash => store.find(auditEntries, 'account', hash, PAGE)),
  ])
  const distinct = new Map(found.flat().map(record => [record.key, record]))
  return [...distinct.values()].flatMap(record => entryOf(record) ?? []).sort((a, b) => a.at - b.at)
}

const PAGE = { limit: 500 }

const entryOf = ({ value }: StoredRecord): AuditEntry | undefined => z.safeParse(storedSchema, value).data
