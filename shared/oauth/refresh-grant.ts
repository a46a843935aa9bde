import { setTimeout as pause } from 'node:timers/promises'
import { fail, ok, type Result } from '../runtime/result.ts'
import type { StoredRecord } from '../storage/store.ts'
import type { AuthenticationService } from './authentication-service.ts'
import { grants, openGrant, type StoredGrant, storedGrantOf } from './grant.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { needsSignIn, type ProviderFailure } from './provider-failure.ts'
import { PROVIDER_TIMEOUT_MS } from './provider-fetch.ts'
import { keepReserved, RESERVED_MS } from './refresh-reservation.ts'
import { giveUpGrant, keepRefreshed, opened, type Refreshed } from './settle-refresh.ts'
import { type Tokens, tokensOf } from './tokens.ts'

export type RefreshGrant = (
  service: AuthenticationService,
  key: string,
  /** The tokens that are not wanted any more. Whoever finds others takes them instead. */
  edition: string,
) => Promise<Refreshed>

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
  const running = new Map<string, Promise<Refreshed>>()
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
): Promise<Refreshed> => {
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

/** The refresh is reserved: this is the only one. */
const refresh = async (
  parts: OAuthParts,
  service: AuthenticationService,
  record: StoredRecord,
  stored: StoredGrant,
): Promise<Refreshed> => {
  const grant = openGrant(parts, record)?.grant
  if (grant?.tokens.refreshToken === undefined) return fail({ code: 'grant_gone' })

  const release = keepReserved(parts, record, stored)
  const tokens = await requestTokens(parts, service, grant.tokens, grant.tokens.refreshToken)
  const version = await release()
  if (tokens.ok) {
    parts.log('INFO', 'tokens refreshed', { service: service.name })
    return keepRefreshed(parts, service, { ...grant, tokens: tokens.value }, version)
  }
  parts.log('WARNING', 'tokens not refreshed', { service: service.name, failure: tokens.error })
  if (needsSignIn(tokens.error)) return giveUpGrant(parts, record.key, grant.edition, version)
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
