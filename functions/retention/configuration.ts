import * as z from 'zod/mini'
import {
  type Configuration,
  type ConfigurationProblem,
  type Environment,
  list,
  readConfiguration,
  type Variables,
} from '../../shared/runtime/configuration.ts'
import type { Result } from '../../shared/runtime/result.ts'
import { emulationProblems, optional, sharedVariables, togetherProblems } from '../variables.ts'

const { GOOGLE_CERTS_URL, IDENTITY_TOKEN_MODE, STORE, K_SERVICE, GOOGLE_CLOUD_PROJECT } = sharedVariables
const { AUTHENTICATION_SERVICES, TOKEN_KEYS } = sharedVariables
const { CHANNEL_ACCOUNT_LINKING, LINKED_CHANNELS, UNIFIED_DATA_RETENTION_DAYS } = sharedVariables

/** The variables of `retention`. The README's table says the same. */
const variables = {
  RETENTION_AUDIENCES: {
    expected: 'one or more exact audiences, comma-separated: what the job of Cloud Scheduler asks its token for',
    schema: list(','),
  },
  RETENTION_CALLERS: {
    expected: "one or more exact addresses, comma-separated: the job's service account",
    schema: list(',', /^[^\s@,]+@[^\s@,]+$/),
  },
  RETENTION_DEADLINE_MS: {
    expected: 'a whole number of milliseconds from 1000 to 1500000, minutes less than the request may last',
    fallback: '600000',
    schema: z.pipe(
      z.string().check(z.regex(/^\d{4,7}$/)),
      z.pipe(z.transform(Number), z.number().check(z.gte(1000), z.lte(1_500_000))),
    ),
  },
  IDENTITY_TOKEN_MODE,
  GOOGLE_CERTS_URL,
  STORE,
  K_SERVICE,
  GOOGLE_CLOUD_PROJECT,
  CHANNEL_ACCOUNT_LINKING,
  LINKED_CHANNELS,
  UNIFIED_DATA_RETENTION_DAYS,
  // Together or not at all: without them no account was ever linked.
  AUTHENTICATION_SERVICES: optional(AUTHENTICATION_SERVICES),
  TOKEN_KEYS: optional(TOKEN_KEYS),
} as const satisfies Variables

export type RetentionConfiguration = Configuration<typeof variables>

/** Reads the configuration of `retention`; every problem at once. */
export const readRetentionConfiguration = (
  environment: Environment,
): Result<RetentionConfiguration, readonly ConfigurationProblem[]> =>
  readConfiguration(variables, environment, configuration => [
    ...emulationProblems(configuration),
    ...togetherProblems(['AUTHENTICATION_SERVICES', 'TOKEN_KEYS'], configuration),
  ])
