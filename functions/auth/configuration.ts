import {
  type Configuration,
  type ConfigurationProblem,
  type Environment,
  readConfiguration,
  type Variables,
} from '../../shared/runtime/configuration.ts'
import type { Result } from '../../shared/runtime/result.ts'
import { emulationProblems, sharedVariables } from '../variables.ts'

const { AUTH_BASE_URL, AUTHENTICATION_SERVICES, STORE, TOKEN_KEYS, SESSION_KEYS, K_SERVICE, GOOGLE_CLOUD_PROJECT } =
  sharedVariables

/** The variables of `auth`. The README's table says the same. */
const variables = {
  AUTH_BASE_URL,
  AUTHENTICATION_SERVICES,
  STORE,
  TOKEN_KEYS,
  SESSION_KEYS,
  K_SERVICE,
  GOOGLE_CLOUD_PROJECT,
} as const satisfies Variables

export type AuthConfiguration = Configuration<typeof variables>

/** Reads the configuration of `auth`; every problem at once. */
export const readAuthConfiguration = (
  environment: Environment,
): Result<AuthConfiguration, readonly ConfigurationProblem[]> =>
  readConfiguration(variables, environment, emulationProblems)
