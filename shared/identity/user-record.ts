import * as z from 'zod/mini'
import { randomValue } from '../oauth/one-time.ts'
import { collection } from '../storage/collection.ts'
import type { StoredRecord, Transaction } from '../storage/store.ts'
import { newErasure, type PendingErasure, putErasure } from './erasure.ts'
import type { IdentityParts } from './identity-parts.ts'
import { identities } from './identity-record.ts'

/**
 * A unified user: one person, over all channels. The record lists what is theirs, so that a transaction, which can read by
 * key alone, sees all of it. Whoever changes an account's link or an identity's user writes this record too.
 */
export const users = collection('users')

/** Whose a channel account is, by its key. Outlives the account's profile until the user's record knows that it has gone. */
export const links = collection('links')

/** A person has a few. Beyond, nothing more is linked. */
export const MAX_ACCOUNTS = 50
export const MAX_IDENTITIES = 100

const storedSchema = z.object({
  /** Milliseconds since the epoch. */
  since: z.number(),
  /** Keys of profiles. Never empty: the user goes with the last one. */
  accounts: z.array(z.string()),
  /** One at each service. */
  identities: z.array(z.object({ service: z.string(), key: z.string() })),
})

const linkSchema = z.object({ user: z.string() })

export type User = Readonly<z.output<typeof storedSchema>> & { readonly id: string }

/** `id`: no channel account's, which are JSON. */
export const newUser = ({ clock }: Pick<IdentityParts, 'clock'>): User => ({
  id: `user:${randomValue(128)}`,
  since: clock(),
  accounts: [],
  identities: [],
})

type Reads = Pick<Transaction, 'get'>

export const readUser = async (reads: Reads, id: string): Promise<User | undefined> => {
  const record = await reads.get(users, id)
  const stored = record && z.safeParse(storedSchema, record.value).data
  return stored && { ...stored, id }
}

/** The user that the account with this key is linked to. */
export const readOwner = async (reads: Reads, account: string): Promise<User | undefined> => {
  const user = linkedUserOf(await reads.get(links, account))
  return user === undefined ? undefined : readUser(reads, user)
}

const linkedUserOf = (record: StoredRecord | undefined): string | undefined =>
  record && z.safeParse(linkSchema, record.value).data?.user

export const putUser = (transaction: Transaction, { id, ...value }: User): void => transaction.put(users, id, { value })

/** An account becomes a user's. */
export const joinUser = (transaction: Transaction, user: User, account: string): void => {
  putUser(transaction, { ...user, accounts: [...user.accounts, account] })
  transaction.put(links, account, { value: { user: user.id } })
}

/**
 * An account is a user's no more. With the last one the user goes: the erasure of what is left has to be settled.
 *
 * @param emptied the account's id, where the grants go that it has itself. An account that is linked has none but of whoever
 *   else has signed in there and was not answered, so whoever has it next must not find them.
 */
export const leaveUser = (
  parts: IdentityParts,
  transaction: Transaction,
  user: User,
  account: string,
  emptied?: string,
): PendingErasure | undefined => {
  transaction.delete(links, account)
  const accounts = user.accounts.filter(other => other !== account)
  const ends = accounts.length === 0
  if (ends) dropUser(transaction, user)
  else putUser(transaction, { ...user, accounts })
  const owners = [...(ends ? [user.id] : []), ...(emptied === undefined ? [] : [emptied])]
  if (owners.length === 0) return undefined
  const erasure = newErasure({ owners, accounts: [] })
  putErasure(parts, transaction, erasure)
  return erasure
}

/** The user's record and identities. Links and grants are for whoever calls this. */
export const dropUser = (transaction: Transaction, user: User): void => {
  for (const { key } of user.identities) transaction.delete(identities, key)
  transaction.delete(users, user.id)
}
