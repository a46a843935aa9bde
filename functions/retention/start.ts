import { createIdentity } from '../../shared/identity/identity.ts'
import { createOAuth } from '../../shared/oauth/oauth.ts'
import type { Clock } from '../../shared/runtime/clock.ts'
import type { ConfigurationProblem, Environment } from '../../shared/runtime/configuration.ts'
import type { Log } from '../../shared/runtime/log.ts'
import { ok, type Result } from '../../shared/runtime/result.ts'
import { resolveSecret } from '../../shared/runtime/secret.ts'
import { openStore } from '../../shared/storage/open-store.ts'
import type { Store } from '../../shared/storage/store.ts'
import { readTokenSettings } from '../authentication-settings.ts'
import { createCallerPolicy } from '../caller-policy.ts'
import { orStop } from '../or-stop.ts'
import { type RetentionConfiguration, readRetentionConfiguration } from './configuration.ts'
import type { KnownAccounts } from './purge.ts'
import { createPurges } from './purges.ts'
import { createRetention, type Retention } from './retention.ts'

export type StartOptions = {
  readonly environment: Environment
  readonly clock: Clock
  readonly log: Log
}

type Surroundings = StartOptions & { readonly store: Store }

/** Where a run stops and leaves the rest to the next one. */
const MAX_RECORDS = 100_000

/**
 * Makes `retention` out of its environment.
 *
 * @throws {Error} when it cannot: the instance must not start. The log has every problem.
 */
export const startRetention = async ({ environment, clock, log }: StartOptions): Promise<Retention> => {
  const configuration = orStop(readRetentionConfiguration(environment), 'retention', log)
  const store = openStore(configuration.STORE, { clock })
  const accounts = orStop(await createAccounts(configuration, { environment, clock, log, store }), 'retention', log)
  return createRetention({
    policy: createCallerPolicy(
      { ...configuration, audiences: configuration.RETENTION_AUDIENCES, callers: configuration.RETENTION_CALLERS },
      { clock, log },
    ),
    purges: createPurges({ store, clock, accounts }),
    bounds: { clock, deadlineMs: configuration.RETENTION_DEADLINE_MS, maxRecords: MAX_RECORDS },
    traceProject: configuration.GOOGLE_CLOUD_PROJECT || undefined,
    log,
  })
}

/** What knows users and revokes their tokens; `undefined` where no authentication services are configured. */
const createAccounts = async (
  {
    AUTHENTICATION_SERVICES,
    TOKEN_KEYS,
    K_SERVICE,
    CHANNEL_ACCOUNT_LINKING,
    LINKED_CHANNELS,
    UNIFIED_DATA_RETENTION_DAYS,
  }: RetentionConfiguration,
  { environment, ...surroundings }: Surroundings,
): Promise<Result<KnownAccounts | undefined, readonly ConfigurationProblem[]>> => {
  if (!AUTHENTICATION_SERVICES || !TOKEN_KEYS) return ok(undefined)
  const settings = await readTokenSettings({ AUTHENTICATION_SERVICES, TOKEN_KEYS, K_SERVICE }, environment)
  if (!settings.ok) return settings
  const { services, tokenKeys: keyring } = settings.value
  const oauth = createOAuth({
    ...surroundings,
    services,
    keyring,
    // Nobody is sent to a browser from here.
    baseUrl: '',
    resolveSecret: reference => resolveSecret(reference, environment),
    emulation: K_SERVICE === '',
  })
  const identity = createIdentity({
    ...surroundings,
    keyring,
    oauth,
    linking: { enabled: CHANNEL_ACCOUNT_LINKING === 'on', channels: new Set(LINKED_CHANNELS) },
    retentionDays: UNIFIED_DATA_RETENTION_DAYS,
  })
  return ok({ oauth, identity, keyring })
}
