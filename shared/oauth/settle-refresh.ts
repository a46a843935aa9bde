import { fail, ok, type Result } from '../runtime/result.ts'
import type { StoredRecord } from '../storage/store.ts'
import type { AuthenticationService } from './authentication-service.ts'
import { type Grant, grantEntry, grantKey, grants, openGrant, storedGrantOf } from './grant.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { randomValue } from './one-time.ts'
import { dispose } from './pending-revocation.ts'
import type { ProviderFailure } from './provider-failure.ts'

/** Why there are no new tokens. */
export type RefreshFailure =
  | ProviderFailure
  /** There is no grant any more, or the provider does not accept it: the user has to sign in. */
  | { readonly code: 'grant_gone' }
  /** Another instance has just tried in vain. Its log has the reason. */
  | { readonly code: 'refresh_failed_elsewhere' }

export type Refreshed = Result<Grant, RefreshFailure>

/** A grant as it stands in the store by now. */
export const opened = (parts: OAuthParts, record: StoredRecord): Refreshed => {
  const found = openGrant(parts, record)
  return found === undefined ? fail({ code: 'grant_gone' }) : ok(found.grant)
}

/**
 * Stores what came out of a refresh. The reservation may be lost by now (to an instance that took a frozen one for dead),
 * but the tokens are the newest as long as those they came from are still in the record.
 */
export const keepRefreshed = async (
  parts: OAuthParts,
  service: AuthenticationService,
  old: Grant,
  version: string | undefined,
): Promise<Refreshed> => {
  const grant = { ...old, edition: randomValue(128), refreshingUntil: 0 }
  const key = grantKey(grant.service, grant.user)
  const entry = grantEntry(parts, service, grant)
  if (version !== undefined && (await parts.store.replace(grants, key, version, entry)) !== undefined) return ok(grant)
  const found = await parts.store.transact(async transaction => {
    const record = await transaction.get(grants, key)
    if (record === undefined || storedGrantOf(record)?.edition !== old.edition) return record
    transaction.put(grants, key, entry)
    return 'kept'
  })
  if (found === 'kept') return ok(grant)
  if (found !== undefined) return opened(parts, found)
  // The user has signed out meanwhile, and with it the tokens that these come from. Nobody else knows these.
  await dispose(parts, service, grant.tokens)
  return fail({ code: 'grant_gone' })
}

/** The provider does not accept the refresh token. Somebody may have exchanged it for a newer one: look once more before the grant is given up. */
export const giveUpGrant = async (
  parts: OAuthParts,
  key: string,
  edition: string,
  version: string | undefined,
): Promise<Refreshed> => {
  const record = await parts.store.get(grants, key)
  if (record !== undefined && storedGrantOf(record)?.edition !== edition) return opened(parts, record)
  if (version !== undefined) await parts.store.delete(grants, key, version)
  return fail({ code: 'grant_gone' })
}
