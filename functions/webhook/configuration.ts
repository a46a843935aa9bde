import * as z from 'zod/mini'
import {
  type Configuration,
  type ConfigurationProblem,
  type Environment,
  list,
  readConfiguration,
  text,
  type Variables,
} from '../../shared/runtime/configuration.ts'
import type { Result } from '../../shared/runtime/result.ts'
import { SECRET_REFERENCE, SECRET_REFERENCE_FORMS } from '../../shared/runtime/secret.ts'
import { trustProfileNames } from '../../shared/verification/trust-profiles.ts'
import { channelList, emulationProblems, optional, sharedVariables, togetherProblems } from '../variables.ts'

const optionalList = (separator: ',' | ';', entry?: RegExp) =>
  z.union([
    z.pipe(
      z.literal(''),
      z.transform((): readonly string[] => []),
    ),
    list(separator, entry),
  ])

const { GOOGLE_CERTS_URL, IDENTITY_TOKEN_MODE, STORE, K_SERVICE, GOOGLE_CLOUD_PROJECT } = sharedVariables
const { AUTHENTICATION_SERVICES, AUTH_BASE_URL, TOKEN_KEYS, SESSION_KEYS } = sharedVariables
const { CHANNEL_ACCOUNT_LINKING, LINKED_CHANNELS, UNIFIED_DATA_RETENTION_DAYS } = sharedVariables

/** The webhook's variables. The README's table says the same. */
const variables = {
  WEBHOOK_AUDIENCES: {
    expected: "one or more exact audiences, comma-separated: the webhook's URL as the agent has it",
    schema: list(','),
  },
  DIALOGFLOW_SERVICE_AGENTS: {
    expected:
      'one or more exact addresses, comma-separated: service-PROJECT_NUMBER@gcp-sa-dialogflow.iam.gserviceaccount.com',
    schema: list(',', /^[^\s@,]+@[^\s@,]+$/),
  },
  DIALOGFLOW_PROJECTS: {
    expected:
      'project ids, comma-separated, each alone or as PROJECT=SERVICE_AGENT with one of DIALOGFLOW_SERVICE_AGENTS',
    fallback: '',
    schema: optionalList(',', /^[^\s=,]+(?:=[^\s=@,]+@[^\s=@,]+)?$/),
  },
  PEER_PROFILES: {
    expected: `some of ${trustProfileNames.join(',')}, comma-separated`,
    fallback: trustProfileNames.join(','),
    schema: list(',', new RegExp(`^(?:${trustProfileNames.join('|')})$`)),
  },
  PEER_TRUST_ANCHORS: { expected: 'the path of a PEM file', fallback: '', schema: text },
  PEER_SUBJECTS: { expected: 'common names, separated by ;', fallback: '', schema: optionalList(';', /^[^;]+$/) },
  LB_ATTESTATION: {
    expected: `one or two secret references, comma-separated: ${SECRET_REFERENCE_FORMS}`,
    schema: list(',', SECRET_REFERENCE),
  },
  GOOGLE_CERTS_URL,
  IDENTITY_TOKEN_MODE,
  WEBHOOK_DEADLINE_MS: {
    expected: 'a whole number of milliseconds from 500 to 29500',
    fallback: '4500',
    schema: z.pipe(
      z.string().check(z.regex(/^\d{3,5}$/)),
      z.pipe(z.transform(Number), z.number().check(z.gte(500), z.lte(29_500))),
    ),
  },
  STORE,
  K_SERVICE,
  GOOGLE_CLOUD_PROJECT,
  CHANNEL_CONNECTORS: channelList('channels that connectors of your own bring in', []),
  CHANNEL_ACCOUNT_LINKING,
  LINKED_CHANNELS,
  UNIFIED_DATA_RETENTION_DAYS,
  // Together or not at all: without them there are no account components.
  AUTHENTICATION_SERVICES: optional(AUTHENTICATION_SERVICES),
  AUTH_BASE_URL: optional(AUTH_BASE_URL),
  TOKEN_KEYS: optional(TOKEN_KEYS),
  SESSION_KEYS: optional(SESSION_KEYS),
} as const satisfies Variables

export type WebhookConfiguration = Configuration<typeof variables>

/** What no variable can tell by itself. */
const contradictions = (configuration: WebhookConfiguration): readonly ConfigurationProblem[] => {
  const problems: ConfigurationProblem[] = [
    ...emulationProblems(configuration),
    ...togetherProblems(['AUTHENTICATION_SERVICES', 'AUTH_BASE_URL', 'TOKEN_KEYS', 'SESSION_KEYS'], configuration),
  ]
  const forbid = (variable: keyof WebhookConfiguration, expected: string) =>
    problems.push({ variable, problem: 'not allowed here', expected })

  if (configuration.PEER_SUBJECTS.length > 0 && configuration.PEER_TRUST_ANCHORS === '') {
    forbid('PEER_SUBJECTS', 'nothing without PEER_TRUST_ANCHORS: the built-in anchors issue to everybody')
  }
  const agents = configuration.DIALOGFLOW_PROJECTS.flatMap(entry => entry.split('=').slice(1))
  if (!agents.every(agent => configuration.DIALOGFLOW_SERVICE_AGENTS.includes(agent))) {
    forbid('DIALOGFLOW_PROJECTS', 'no service agent but those of DIALOGFLOW_SERVICE_AGENTS')
  }
  if (configuration.LB_ATTESTATION.length > 2) forbid('LB_ATTESTATION', 'two references at most, while rotating')
  return problems
}

/** Reads the webhook's configuration; every problem at once. */
export const readWebhookConfiguration = (
  environment: Environment,
): Result<WebhookConfiguration, readonly ConfigurationProblem[]> =>
  readConfiguration(variables, environment, contradictions)
