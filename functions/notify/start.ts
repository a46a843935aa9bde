import type { SenderFetch } from '../../shared/channels/sender.ts'
import { createSend } from '../../shared/channels/senders.ts'
import { createReach } from '../../shared/identity/create-reach.ts'
import type { Reach } from '../../shared/identity/reach.ts'
import type { Clock } from '../../shared/runtime/clock.ts'
import { type ConfigurationProblem, describeProblems, type Environment } from '../../shared/runtime/configuration.ts'
import type { Log } from '../../shared/runtime/log.ts'
import type { Result } from '../../shared/runtime/result.ts'
import { openStore } from '../../shared/storage/open-store.ts'
import type { CallerPolicy } from '../../shared/verification/call.ts'
import { fetchKeysFrom } from '../../shared/verification/fetch-keys.ts'
import { createKeySource } from '../../shared/verification/key-source.ts'
import { Remembered } from '../../shared/verification/remembered.ts'
import { type NotifyConfiguration, readNotifyConfiguration } from './configuration.ts'
import { createDeliver } from './deliver.ts'
import { createNotify, type Notify } from './notify.ts'
import { readNotifySettings } from './settings.ts'

export type StartOptions = {
  readonly environment: Environment
  readonly clock: Clock
  readonly log: Log
  /** What users are looked up with: those of the store by default. */
  readonly reach?: Reach
}

/** Node's own; looked up when it is called, since loading it takes 40 ms of a start. */
const plainFetch: SenderFetch = (url, options) => fetch(url, options)

/**
 * Makes `notify` out of its environment.
 *
 * @throws {Error} when it cannot: the instance must not start. The log has every problem.
 */
export const startNotify = async ({ environment, clock, log, reach }: StartOptions): Promise<Notify> => {
  const configuration = orStop(readNotifyConfiguration(environment), log)
  const { keyring, credentials } = orStop(await readNotifySettings(configuration, environment), log)
  const store = openStore(configuration.STORE, { clock })
  const send = createSend({ credentials, endpoints: configuration.CHANNEL_ENDPOINTS, fetch: plainFetch, clock })
  return createNotify({
    policy: createPolicy(configuration, { clock, log }),
    deliver: createDeliver({ store, clock, keyring, reach: reach ?? createReach({ store, keyring, log }), send }),
    traceProject: configuration.GOOGLE_CLOUD_PROJECT || undefined,
    log,
  })
}

const createPolicy = (
  { NOTIFY_AUDIENCES, NOTIFY_CALLERS, IDENTITY_TOKEN_MODE: mode, GOOGLE_CERTS_URL }: NotifyConfiguration,
  { clock, log }: Pick<StartOptions, 'clock' | 'log'>,
): CallerPolicy => ({
  token: {
    audiences: NOTIFY_AUDIENCES,
    serviceAgents: NOTIFY_CALLERS,
    remembered: new Remembered(NOTIFY_CALLERS.length, clock),
    ...(mode === 'verify' ? { mode, keys: createKeySource(fetchKeysFrom(GOOGLE_CERTS_URL), clock, log) } : { mode }),
  },
  clock,
})

const orStop = <Value>(result: Result<Value, readonly ConfigurationProblem[]>, log: Log): Value => {
  if (result.ok) return result.value
  log('CRITICAL', 'notify cannot start: configuration', { problems: result.error })
  throw new Error(`notify cannot start: configuration\n${describeProblems(result.error)}`)
}
