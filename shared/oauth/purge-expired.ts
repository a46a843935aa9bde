import type { Collection } from '../storage/collection.ts'
import type { StoredRecord } from '../storage/store.ts'
import { grants, openGrant } from './grant.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { attemptRevocation, pendingRevocation, retryRevocation, revocations } from './pending-revocation.ts'
import { openSignIn, signIns } from './sign-in-record.ts'
import type { Tokens } from './tokens.ts'

/** What a purge has done, for its report. */
export type PurgeSummary = {
  readonly grants: number
  readonly signIns: number
  /** Revocations that were tried again: settled, and left for the next time. */
  readonly revoked: number
  readonly unsettled: number
}

/**
 * Takes away what has expired and revokes what it held. Safe to break off: the next run goes on. Of two runs at once one
 * deals with a record.
 *
 * @param limit records of each kind, which are dealt with all at once; 500 at most
 */
export const purgeExpired = async (parts: OAuthParts, limit: number): Promise<PurgeSummary> => {
  const now = parts.clock()
  const purge = async <Outcome>(
    collection: Collection,
    deal: (parts: OAuthParts, record: StoredRecord) => Promise<Outcome>,
  ): Promise<readonly Outcome[]> => {
    const records = await parts.store.expired(collection, now, { limit })
    return Promise.all(records.map(record => deal(parts, record)))
  }
  const settled = await purge(revocations, retryRevocation)
  return {
    grants: count(await purge(grants, purgeGrant), true),
    signIns: count(await purge(signIns, purgeSignIn), true),
    revoked: count(settled, true),
    unsettled: count(settled, false),
  }
}

const count = <Outcome>(outcomes: readonly Outcome[], wanted: Outcome): number =>
  outcomes.filter(outcome => outcome === wanted).length

const purgeGrant = (parts: OAuthParts, record: StoredRecord): Promise<boolean> => {
  const grant = openGrant(parts, record)?.grant
  return takeAway(parts, grants, record, grant && { service: grant.service, tokens: grant.tokens })
}

const purgeSignIn = (parts: OAuthParts, record: StoredRecord): Promise<boolean> => {
  const signIn = openSignIn(parts, record)
  return takeAway(parts, signIns, record, signIn && { service: signIn.stored.callback, tokens: signIn.secrets.tokens })
}

/**
 * Before the record goes its tokens are a pending revocation: broken off in between, they are revoked twice, which does no
 * harm. They are revoked here only by whoever deletes the record as it was read. Whoever comes too late (another purge was
 * faster, or the user has just signed in again) takes the pending revocation back.
 */
const takeAway = async (
  parts: OAuthParts,
  collection: Collection,
  { key, version }: StoredRecord,
  held: { readonly service: string; readonly tokens: Tokens | undefined } | undefined,
): Promise<boolean> => {
  const service = held && parts.services.get(held.service)
  const pending = service && held.tokens && pendingRevocation(parts, service, held.tokens)
  if (pending !== undefined) await parts.store.put(revocations, pending.key, pending.entry)
  const deleted = await parts.store.delete(collection, key, version)
  if (service === undefined || pending === undefined) return deleted
  if (deleted) await attemptRevocation(parts, service, pending)
  else await parts.store.delete(revocations, pending.key)
  return deleted
}
