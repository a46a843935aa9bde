import type { Collection } from '../storage/collection.ts'
import type { StoredRecord } from '../storage/store.ts'
import { auditEntries } from './audit-entry.ts'
import { erasures, retryErasure } from './erasure.ts'
import type { IdentityParts } from './identity-parts.ts'
import { lapse } from './lapse.ts'
import { personalDataOf, profileOf, profiles } from './profile.ts'
import { questions } from './question.ts'
import { applyRetention } from './retention-setting.ts'
import { settleTransfers } from './transfer.ts'

/** What a purge has done, for its report. */
export type IdentityPurgeSummary = {
  /** Profiles that were past their day. */
  readonly profiles: number
  /** Users, and forgotten people, whose grants were revoked. */
  readonly erasures: number
  /** Transfers of grants that had been broken off. */
  readonly transfers: number
  /** Profiles that have got another day, because the setting has changed. */
  readonly rescheduled: number
  readonly questions: number
  readonly auditEntries: number
}

/**
 * Takes away what is past its day. Safe to break off: the next run goes on. Of two runs at once one deals with a record.
 *
 * @param limit records of each kind, which are dealt with all at once; 500 at most
 */
export const purgeIdentity = async (parts: IdentityParts, limit: number): Promise<IdentityPurgeSummary> => {
  const purge = async (collection: Collection, deal: (record: StoredRecord) => Promise<boolean>): Promise<number> => {
    const records = await parts.store.expired(collection, parts.clock(), { limit })
    return (await Promise.all(records.map(deal))).filter(Boolean).length
  }
  const remove = (collection: Collection) =>
    purge(collection, ({ key, version }) => parts.store.delete(collection, key, version))
  return {
    transfers: await settleTransfers(parts, limit),
    rescheduled: await applyRetention(parts, limit),
    profiles: await purge(profiles, record => lapseRecord(parts, record)),
    erasures: await purge(erasures, record => retryErasure(parts, record)),
    questions: await remove(questions),
    auditEntries: await remove(auditEntries),
  }
}

const lapseRecord = (parts: IdentityParts, record: StoredRecord): Promise<boolean> => {
  const profile = profileOf(record)
  return lapse(parts, record.key, profile && personalDataOf(parts, record.key, profile)?.account)
}
