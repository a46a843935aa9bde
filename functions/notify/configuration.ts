import * as z from 'zod/mini'
import { CHANNEL_ENDPOINTS, type ChannelEndpoints } from '../../shared/channels/sender.ts'
import {
  type Configuration,
  type ConfigurationProblem,
  type Environment,
  list,
  readConfiguration,
  type Variables,
} from '../../shared/runtime/configuration.ts'
import type { Result } from '../../shared/runtime/result.ts'
import { SECRET_REFERENCE, SECRET_REFERENCE_FORMS } from '../../shared/runtime/secret.ts'
import { emulationProblems, sharedVariables } from '../variables.ts'

const { GOOGLE_CERTS_URL, IDENTITY_TOKEN_MODE, STORE, TOKEN_KEYS, K_SERVICE, GOOGLE_CLOUD_PROJECT } = sharedVariables

/** By the names that they have in `CHANNEL_ENDPOINTS`. */
const endpointNames: Readonly<Record<string, keyof ChannelEndpoints>> = {
  slack: 'slack',
  twilio: 'twilio',
  microsoft_login: 'microsoftLogin',
  microsoft_teams: 'microsoftTeams',
}

/** Loopback and nothing else: what is sent there goes with our credentials. */
const ENDPOINT = new RegExp(
  `^(?:${Object.keys(endpointNames).join('|')})=http://(?:localhost|127\\.0\\.0\\.1):\\d{1,5}$`,
)

const endpoints = z.pipe(
  z.union([
    z.pipe(
      z.literal(''),
      z.transform(() => []),
    ),
    list(',', ENDPOINT),
  ]),
  z.transform((entries): ChannelEndpoints => {
    const given = entries.map(entry => {
      const [name = '', origin] = entry.split('=')
      return [endpointNames[name], origin]
    })
    return { ...CHANNEL_ENDPOINTS, ...Object.fromEntries(given) }
  }),
)

/** The variables of `notify`. The README's table says the same. */
const variables = {
  NOTIFY_AUDIENCES: {
    expected: "one or more exact audiences, comma-separated: what Pub/Sub's subscription asks its token for",
    schema: list(','),
  },
  NOTIFY_CALLERS: {
    expected: "one or more exact addresses, comma-separated: the subscription's service account",
    schema: list(',', /^[^\s@,]+@[^\s@,]+$/),
  },
  CHANNEL_CREDENTIALS: {
    expected: `a reference to what messages are sent with: ${SECRET_REFERENCE_FORMS}`,
    schema: z.string().check(z.regex(SECRET_REFERENCE)),
  },
  CHANNEL_ENDPOINTS: {
    expected: `${Object.keys(endpointNames).join(', ')} on loopback, comma-separated: slack=http://127.0.0.1:8081; for emulation`,
    fallback: '',
    schema: endpoints,
  },
  TOKEN_KEYS,
  IDENTITY_TOKEN_MODE,
  GOOGLE_CERTS_URL,
  STORE,
  K_SERVICE,
  GOOGLE_CLOUD_PROJECT,
} as const satisfies Variables

export type NotifyConfiguration = Configuration<typeof variables>

/** Reads the configuration of `notify`; every problem at once. */
export const readNotifyConfiguration = (
  environment: Environment,
): Result<NotifyConfiguration, readonly ConfigurationProblem[]> =>
  readConfiguration(variables, environment, configuration => [
    ...emulationProblems(configuration),
    ...endpointProblems(configuration),
  ])

const endpointProblems = ({
  K_SERVICE,
  CHANNEL_ENDPOINTS: given,
}: Pick<NotifyConfiguration, 'K_SERVICE' | 'CHANNEL_ENDPOINTS'>): readonly ConfigurationProblem[] => {
  const names = Object.values(endpointNames)
  if (K_SERVICE === '' || names.every(name => given[name] === CHANNEL_ENDPOINTS[name])) return []
  const expected = 'nothing: it is for emulation, and K_SERVICE says that this is Cloud Run'
  return [{ variable: 'CHANNEL_ENDPOINTS', problem: 'not allowed here', expected }]
}
