import { setTimeout as pause } from 'node:timers/promises'
import { fail, ok, type Result } from '../runtime/result.ts'
import type { StoredRecord } from '../storage/store.ts'
import type { AuthenticationService } from './authentication-service.ts'
import { type Grant, grantEntry, grantKey, grants, openGrant, type StoredGrant, storedGrantOf } from './grant.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { randomValue } from './one-time.ts'
import { dispose } from './pending-revocation.ts'
import { needsSignIn, type ProviderFailure } from './provider-failure.ts'
import { PROVIDER_TIMEOUT_MS } from './provider-fetch.ts'
import { keepReserved, RESERVED_MS } from './refresh-reservation.ts'
import { type Tokens, tokensOf } from './tokens.ts'

/** Why there are no new tokens. */
export type RefreshFailure =
  | ProviderFailure
  /** There is no grant any more, or the provider does not accept it: the user has to sign in. */
  | { readonly code: 'grant_gone' }
  /** Another instance has just tried in vain. Its log has the reason. */
  | { readonly code: 'refresh_failed_elsewhere' }

export type RefreshGrant = (
  service: AuthenticationService,
  key: string,
  /** The tokens that are not wanted any more. Whoever finds others takes them instead. */
  edition: string,
) => Promise<Result<Grant, RefreshFailure>>

/** Longer than anybody who has reserved a refresh and is alive can take. */
const GIVE_UP_MS = PROVIDER_TIMEOUT_MS + 2 * RESERVED_MS

/**
 * Refreshes grants, each by one at a time: where a provider rotates refresh tokens, the second of two parallel refreshes
 * is an attack in its eyes and ends the grant (RFC 9700 §4.14.2). Within the process callers are merged; among processes one
 * reserves the refresh by a conditional write, and the others wait for what becomes of it.
 *
 * Never abandon it half-way: tokens that are already on their way would be lost. Stop waiting instead.
 */
export const createRefreshGrant = (parts: OAuthParts): RefreshGrant => {
  const running = new Map<string, Promise<Result<Grant, RefreshFailure>>>()
  return (service, key, edition) => {
    const id = JSON.stringify([key, edition])
    const refreshing = running.get(id) ?? refreshOrWait(parts, service, key, edition).finally(() => running.delete(id))
    running.set(id, refreshing)
    return refreshing
  }
}

const refreshOrWait = async (
  parts: OAuthParts,
  service: AuthenticationService,
  key: string,
  edition: string,
): Promise<Result<Grant, RefreshFailure>> => {
  const end = performance.now() + GIVE_UP_MS
  let failures: number | undefined
  for (let pauseMs = 10; performance.now() < end; ) {
    const record = await parts.store.get(grants, key)
    const stored = record && storedGrantOf(record)
    if (record === undefined || stored === undefined) return fail({ code: 'grant_gone' })
    if (stored.edition !== edition) return opened(parts, record)
    failures ??= stored.failures
    if (stored.failures > failures) return fail({ code: 'refresh_failed_elsewhere' })

    const now = parts.clock()
    if (stored.refreshingUntil <= now) {
      const reserved = { ...stored, refreshingUntil: now + RESERVED_MS }
      const version = await parts.store.replace(grants, key, record.version, { ...record, value: reserved })
      if (version !== undefined) return refresh(parts, service, { ...record, version }, stored)
      continue
    }
    await pause(pauseMs * (0.5 + Math.random()))
    pauseMs = Math.min(2 * pauseMs, 200)
  }
  return fail({ code: 'provider_timeout' })
}

const opened = (parts: OAuthParts, record: StoredRecord): Result<Grant, RefreshFailure> => {
  const found = openGrant(parts, record)
  return found === undefined ? fail({ code: 'grant_gone' }) : ok(found.grant)
}

/** The refresh is reserved: this is the only one. */
const refresh = async (
  parts: OAuthParts,
  service: AuthenticationService,
  record: StoredRecord,
  stored: StoredGrant,
): Promise<Result<Grant, RefreshFailure>> => {
  const grant = openGrant(parts, record)?.grant
  if (grant?.tokens.refreshToken === undefined) return fail({ code: 'grant_gone' })

  const release = keepReserved(parts, record, stored)
  const tokens = await requestTokens(parts, service, grant.tokens, grant.tokens.refreshToken)
  const version = await release()
  if (tokens.ok) {
    parts.log('INFO', 'tokens refreshed', { service: service.name })
    return keep(parts, service, { ...grant, tokens: tokens.value }, version)
  }
  parts.log('WARNING', 'tokens not refreshed', { service: service.name, failure: tokens.error })
  if (needsSignIn(tokens.error)) return giveUp(parts, record.key, grant.edition, version)
  if (version !== undefined) {
    const failed = { ...stored, refreshingUntil: 0, failures: stored.failures + 1 }
    await parts.store.replace(grants, record.key, version, { ...record, value: failed })
  }
  return tokens
}

const requestTokens = async (
  { clients, clock }: OAuthParts,
  service: AuthenticationService,
  previous: Tokens,
  refreshToken: string,
): Promise<Result<Tokens, ProviderFailure>> => {
  const response = await clients.call(service, ({ library, configuration }) =>
    library.refreshTokenGrant(configuration, refreshToken, service.tokenParameters),
  )
  return response.ok ? ok(tokensOf(response.value, clock(), previous)) : response
}

/**
 * Stores what came out of a refresh. The reservation may be lost by now (to an instance that took a frozen one for dead),
 * but the tokens are the newest as long as those they came from are still in the record.
 */
const keep = async (
  parts: OAuthParts,
  service: AuthenticationService,
  old: Grant,
  version: string | undefined,
): Promise<Result<Grant, RefreshFailure>> => {
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
const giveUp = async (
  parts: OAuthParts,
  key: string,
  edition: string,
  version: string | undefined,
): Promise<Result<Grant, RefreshFailure>> => {
  const record = await parts.store.get(grants, key)
  if (record !== undefined && storedGrantOf(record)?.edition !== edition) return opened(parts, record)
  if (version !== undefined) await parts.store.delete(grants, key, version)
  return fail({ code: 'grant_gone' })
}
