import type { IntentDefinition } from '../../shared/intents/define-intent.ts'
import { createDispatcher } from '../../shared/intents/dispatcher.ts'
import { createRegistry } from '../../shared/intents/registry.ts'
import { describeRegistryProblems } from '../../shared/intents/registry-problem.ts'
import type { Clock } from '../../shared/runtime/clock.ts'
import type { Environment } from '../../shared/runtime/configuration.ts'
import type { Log } from '../../shared/runtime/log.ts'
import { openStore } from '../../shared/storage/open-store.ts'
import type { Policy } from '../../shared/verification/call.ts'
import { fetchKeysFrom } from '../../shared/verification/fetch-keys.ts'
import { createKeySource } from '../../shared/verification/key-source.ts'
import { orStop, orStopWith } from '../or-stop.ts'
import { contextWith } from './accounts.ts'
import { readWebhookConfiguration } from './configuration.ts'
import { heldMessages } from './held-messages.ts'
import { createNoteUse } from './note-use.ts'
import { pendingQuestion } from './pending-question.ts'
import { pendingSignIn } from './pending-sign-in.ts'
import { createPolicy } from './policy.ts'
import { createAccounts } from './start-accounts.ts'
import { createWebhook, type Webhook } from './webhook.ts'
import type { WebhookContext } from './webhook-context.ts'

export type StartOptions = {
  readonly environment: Environment
  readonly intents: readonly IntentDefinition<WebhookContext>[]
  readonly clock: Clock
  readonly log: Log
}

/**
 * Makes the webhook out of its environment.
 *
 * @throws {Error} when it cannot: the instance must not start. The log has every problem.
 */
export const startWebhook = async ({ environment, intents, clock, log }: StartOptions): Promise<Webhook> => {
  const configuration = orStop(readWebhookConfiguration(environment), 'the webhook', log)
  const keys = createKeySource(fetchKeysFrom(configuration.GOOGLE_CERTS_URL), clock, log)
  // Not awaited: the keys arrive while the server starts, and a call that is faster waits for them.
  if (configuration.IDENTITY_TOKEN_MODE === 'verify') void keys.prefetch()
  const policy = orStop(await createPolicy(configuration, { keys, clock, environment }), 'the webhook', log)
  const registry = orStopWith(createRegistry(intents), {
    name: 'the webhook',
    what: 'intents',
    describe: describeRegistryProblems,
    log,
  })
  // Opens nothing yet: the first call that needs it does.
  const store = openStore(configuration.STORE, { clock })
  const accounts = orStop(await createAccounts(configuration, { store, clock, environment, log }), 'the webhook', log)
  const dispatch = createDispatcher({
    registry,
    before:
      accounts === undefined
        ? []
        : [pendingSignIn(accounts, registry), pendingQuestion(accounts), heldMessages(accounts)],
    contextFor: contextWith(accounts),
    store: () => store,
    keyring: accounts?.keyring,
    clock,
    deadlineMs: configuration.WEBHOOK_DEADLINE_MS,
  })
  warnOfSunset(policy, log)
  if (configuration.IDENTITY_TOKEN_MODE === 'platform') {
    log('WARNING', 'identity tokens are not verified here', {
      hint: "IDENTITY_TOKEN_MODE=platform relies on Cloud Run's invoker check. Where that is off, or allUsers may invoke, anybody who gets through the load balancer can make up a token.",
    })
  }
  return createWebhook({
    policy,
    dispatch,
    noteUse: accounts && createNoteUse(accounts, clock),
    projects: configuration.DIALOGFLOW_PROJECTS,
    traceProject: configuration.GOOGLE_CLOUD_PROJECT || undefined,
    log,
  })
}

const warnOfSunset = ({ peer, clock }: Policy, log: Log): void => {
  for (const { name, sunset } of peer.profiles) {
    if (sunset === undefined || clock() < sunset) continue
    log('WARNING', 'legacy certificate profile still trusted after its sunset', {
      profile: name,
      sunset: new Date(sunset).toISOString(),
      hint: 'Dialogflow no longer presents certificates of this profile. Take it out of PEER_PROFILES, and out of the trust config.',
    })
  }
}
