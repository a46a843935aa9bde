import type { Collection } from '../storage/collection.ts'
import type { StoredRecord } from '../storage/store.ts'
import { abandonTokens } from './change-sign-in.ts'
import { grants, openGrant } from './grant.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { dispose, retryRevocation, revocations } from './pending-revocation.ts'
import { openSignIn, signIns } from './sign-in-record.ts'

/** What a purge has done, for its report. */
export type PurgeSummary = {
  readonly grants: number
  readonly signIns: number
  /** Revocations that were tried again: settled, and left for the next time. */
  readonly revoked: number
  readonly unsettled: number
}

/**
 * Takes away what has expired and revokes what it held. Safe to run twice at once, and to break off: the next run goes on.
 *
 * @param limit records of each kind, 500 at most
 */
export const purgeExpired = async (parts: OAuthParts, limit: number): Promise<PurgeSummary> => {
  const now = parts.clock()
  const expired = (collection: Collection) => parts.store.expired(collection, now, { limit })
  const counts = { grants: 0, signIns: 0, revoked: 0, unsettled: 0 }

  for (const record of await expired(revocations)) {
    counts[(await retryRevocation(parts, record)) ? 'revoked' : 'unsettled'] += 1
  }
  for (const record of await expired(grants)) {
    if (await purgeGrant(parts, record)) counts.grants += 1
  }
  for (const record of await expired(signIns)) {
    await abandonTokens(parts, openSignIn(parts, record))
    if (await parts.store.delete(signIns, record.key, record.version)) counts.signIns += 1
  }
  return counts
}

/** Before the record goes its tokens are a pending revocation: broken off in between, they are revoked twice, which does no harm. */
const purgeGrant = async (parts: OAuthParts, record: StoredRecord): Promise<boolean> => {
  const grant = openGrant(parts, record)?.grant
  const service = grant && parts.services.get(grant.service)
  if (grant !== undefined && service !== undefined) await dispose(parts, service, grant.tokens)
  return parts.store.delete(grants, record.key, record.version)
}
