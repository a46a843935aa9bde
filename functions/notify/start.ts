import type { SenderFetch } from '../../shared/channels/sender.ts'
import { createSend } from '../../shared/channels/senders.ts'
import { createReach } from '../../shared/identity/create-reach.ts'
import type { Reach } from '../../shared/identity/reach.ts'
import type { Clock } from '../../shared/runtime/clock.ts'
import type { Environment } from '../../shared/runtime/configuration.ts'
import type { Log } from '../../shared/runtime/log.ts'
import { openStore } from '../../shared/storage/open-store.ts'
import { createCallerPolicy } from '../caller-policy.ts'
import { orStop } from '../or-stop.ts'
import { readNotifyConfiguration } from './configuration.ts'
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
  const configuration = orStop(readNotifyConfiguration(environment), 'notify', log)
  const { keyring, credentials } = orStop(await readNotifySettings(configuration, environment), 'notify', log)
  const store = openStore(configuration.STORE, { clock })
  const send = createSend({ credentials, endpoints: configuration.CHANNEL_ENDPOINTS, fetch: plainFetch, clock })
  return createNotify({
    policy: createCallerPolicy(
      { ...configuration, audiences: configuration.NOTIFY_AUDIENCES, callers: configuration.NOTIFY_CALLERS },
      { clock, log },
    ),
    deliver: createDeliver({ store, clock, keyring, reach: reach ?? createReach({ store, keyring, log }), send }),
    traceProject: configuration.GOOGLE_CLOUD_PROJECT || undefined,
    log,
  })
}
