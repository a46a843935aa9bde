import { createIdentity } from '../../shared/identity/identity.ts'
import { createOAuth } from '../../shared/oauth/oauth.ts'
import type { Clock } from '../../shared/runtime/clock.ts'
import type { ConfigurationProblem, Environment } from '../../shared/runtime/configuration.ts'
import type { Log } from '../../shared/runtime/log.ts'
import { ok, type Result } from '../../shared/runtime/result.ts'
import { resolveSecret } from '../../shared/runtime/secret.ts'
import type { Store } from '../../shared/storage/store.ts'
import { readAuthenticationSettings } from '../authentication-settings.ts'
import type { Accounts } from './accounts.ts'
import type { WebhookConfiguration } from './configuration.ts'

type Parts = {
  readonly store: Store
  readonly clock: Clock
  readonly environment: Environment
  readonly log: Log
}

/** The account components; `undefined` where no authentication services are configured. */
export const createAccounts = async (
  {
    AUTHENTICATION_SERVICES,
    AUTH_BASE_URL,
    TOKEN_KEYS,
    SESSION_KEYS,
    K_SERVICE,
    CHANNEL_CONNECTORS,
    CHANNEL_ACCOUNT_LINKING,
    LINKED_CHANNELS,
    UNIFIED_DATA_RETENTION_DAYS,
  }: WebhookConfiguration,
  { store, clock, environment, log }: Parts,
): Promise<Result<Accounts | undefined, readonly ConfigurationProblem[]>> => {
  if (!AUTHENTICATION_SERVICES || !AUTH_BASE_URL || !TOKEN_KEYS || !SESSION_KEYS) return ok(undefined)
  const references = { AUTHENTICATION_SERVICES, TOKEN_KEYS, SESSION_KEYS, K_SERVICE }
  const settings = await readAuthenticationSettings(references, environment)
  if (!settings.ok) return settings
  const { services, tokenKeys, sessionKeys } = settings.value
  const oauth = createOAuth({
    services,
    keyring: tokenKeys,
    store,
    clock,
    log,
    baseUrl: AUTH_BASE_URL,
    resolveSecret: reference => resolveSecret(reference, environment),
    emulation: K_SERVICE === '',
  })
  const identity = createIdentity({
    store,
    keyring: tokenKeys,
    clock,
    log,
    oauth,
    linking: { enabled: CHANNEL_ACCOUNT_LINKING === 'on', channels: new Set(LINKED_CHANNELS) },
    retentionDays: UNIFIED_DATA_RETENTION_DAYS,
  })
  const trust = { sessionTokens: { issuer: AUTH_BASE_URL, keys: sessionKeys }, connectors: new Set(CHANNEL_CONNECTORS) }
  return ok({ oauth, identity, trust, store, keyring: tokenKeys })
}
