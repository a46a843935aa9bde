import { createOAuth } from '../../shared/oauth/oauth.ts'
import type { Clock } from '../../shared/runtime/clock.ts'
import type { Environment } from '../../shared/runtime/configuration.ts'
import type { Log } from '../../shared/runtime/log.ts'
import { resolveSecret } from '../../shared/runtime/secret.ts'
import { openStore } from '../../shared/storage/open-store.ts'
import { readAuthenticationSettings } from '../authentication-settings.ts'
import { orStop } from '../or-stop.ts'
import { type Auth, createAuth } from './auth.ts'
import { readAuthConfiguration } from './configuration.ts'

export type StartOptions = {
  readonly environment: Environment
  readonly clock: Clock
  readonly log: Log
}

/**
 * Makes `auth` out of its environment.
 *
 * @throws {Error} when it cannot: the instance must not start. The log has every problem.
 */
export const startAuth = async ({ environment, clock, log }: StartOptions): Promise<Auth> => {
  const configuration = orStop(readAuthConfiguration(environment), 'auth', log)
  const { services, tokenKeys, sessionKeys } = orStop(
    await readAuthenticationSettings(configuration, environment),
    'auth',
    log,
  )
  const { AUTH_BASE_URL: baseUrl, K_SERVICE, GOOGLE_CLOUD_PROJECT } = configuration
  const emulation = K_SERVICE === ''
  const oauth = createOAuth({
    services,
    store: openStore(configuration.STORE, { clock }),
    keyring: tokenKeys,
    sessionKeys,
    clock,
    log,
    baseUrl,
    resolveSecret: reference => resolveSecret(reference, environment),
    emulation,
  })
  return createAuth({
    oauth,
    services,
    baseUrl,
    emulation,
    clock,
    traceProject: GOOGLE_CLOUD_PROJECT || undefined,
    log,
  })
}
