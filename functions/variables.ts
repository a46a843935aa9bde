import * as z from 'zod/mini'
import type { ChannelName } from '../shared/channels/channel.ts'
import { channels } from '../shared/channels/channels.ts'
import { DEFAULT_LINKING_CHANNELS } from '../shared/identity/linking.ts'
import { retentionDaysVariable } from '../shared/identity/retention-days.ts'
import {
  type ConfigurationProblem,
  list,
  text,
  type Variable,
  type Variables,
} from '../shared/runtime/configuration.ts'
import { SECRET_REFERENCE, SECRET_REFERENCE_FORMS } from '../shared/runtime/secret.ts'
import { parseStoreLocation, type StoreLocation } from '../shared/storage/open-store.ts'
import { GOOGLE_CERTS_URL } from '../shared/verification/fetch-keys.ts'

/** `https://auth.example.com`: nothing behind the host but a port. Plain http only on loopback, for emulation. */
const ORIGIN = /^(?:https:\/\/[a-z0-9.-]+|http:\/\/(?:localhost|127\.0\.0\.1))(?::\d{1,5})?$/

const store = z.pipe(
  z.string(),
  z.transform((value, context): StoreLocation => {
    const location = parseStoreLocation(value)
    if (location.ok) return location.value
    context.issues.push({ code: 'custom', input: value, message: location.error })
    return z.NEVER
  }),
)

const secretReference = z.string().check(z.regex(SECRET_REFERENCE))

const origin = z.pipe(
  z.pipe(
    z.string(),
    z.transform(value => value.replace(/\/$/, '')),
  ),
  z.string().check(
    z.regex(ORIGIN),
    z.refine(value => URL.canParse(value)),
  ),
)

const channelNames = channels.map(({ name }) => name)

/** Some channels, comma-separated; none in an empty text. */
export const channelList = (purpose: string, fallback: readonly ChannelName[]) =>
  ({
    expected: `some of ${channelNames.join(',')}, comma-separated: ${purpose}`,
    fallback: fallback.join(','),
    schema: z.union([
      z.pipe(
        z.literal(''),
        z.transform((): readonly ChannelName[] => []),
      ),
      z.pipe(
        list(',', new RegExp(`^(?:${channelNames.join('|')})$`)),
        z.transform(names => channelNames.filter(name => names.includes(name))),
      ),
    ]),
  }) as const satisfies Variable<readonly ChannelName[]>

/** The variables that more than one function reads. The README's table says the same. */
export const sharedVariables = {
  STORE: {
    expected: 'firestore:, firestore:DATABASE, sqlite:PATH or sqlite::memory:',
    fallback: 'firestore:',
    schema: store,
  },
  /** Read without a slash at its end: it is also the issuer of session tokens. */
  AUTH_BASE_URL: {
    expected: 'the public URL of auth, a scheme and a host without a path: https://auth.example.com',
    schema: origin,
  },
  AUTHENTICATION_SERVICES: {
    expected: `a reference to the services file: ${SECRET_REFERENCE_FORMS}`,
    schema: secretReference,
  },
  TOKEN_KEYS: {
    expected: `a reference to the keyring that encrypts tokens: ${SECRET_REFERENCE_FORMS}`,
    schema: secretReference,
  },
  SESSION_KEYS: {
    expected: `a reference to the keyring that signs session tokens: ${SECRET_REFERENCE_FORMS}`,
    schema: secretReference,
  },
  GOOGLE_CERTS_URL: {
    expected: 'the URL of a JWK Set, for emulation',
    fallback: GOOGLE_CERTS_URL,
    schema: z.string().check(z.regex(/^https?:\/\/[^\s]+$/)),
  },
  IDENTITY_TOKEN_MODE: { expected: 'verify or platform', fallback: 'verify', schema: z.enum(['verify', 'platform']) },
  /** One setting for the whole instance, like the two after it. */
  CHANNEL_ACCOUNT_LINKING: { expected: 'on or off', fallback: 'off', schema: z.enum(['on', 'off']) },
  LINKED_CHANNELS: channelList('channels whose accounts are linked', DEFAULT_LINKING_CHANNELS),
  UNIFIED_DATA_RETENTION_DAYS: retentionDaysVariable,
  K_SERVICE: { expected: 'the name of the Cloud Run service, set by Cloud Run', fallback: '', schema: text },
  GOOGLE_CLOUD_PROJECT: { expected: 'a project id', fallback: '', schema: text },
} as const satisfies Variables

/** The same variable for a function that can do without: `undefined` when it is not set. */
export const optional = <Value>({ expected, schema }: Variable<Value>) =>
  ({
    expected,
    fallback: '',
    schema: z.union([
      z.pipe(
        z.literal(''),
        z.transform(() => undefined),
      ),
      schema,
    ]),
  }) as const satisfies Variable<Value | undefined>

/** Variables that make sense only with each other: what is missing, if any of them is set. */
export const togetherProblems = <Name extends keyof typeof sharedVariables>(
  together: readonly Name[],
  configuration: Readonly<Record<Name, unknown>>,
): readonly ConfigurationProblem[] => {
  const missing = together.filter(variable => configuration[variable] === undefined)
  if (missing.length === together.length) return []
  return missing.map(variable => {
    const { expected } = sharedVariables[variable]
    return { variable, problem: 'missing', expected: `${expected}; ${together.join(', ')} go together` }
  })
}

const EMULATION_ONLY = 'nothing: it is for emulation, and K_SERVICE says that this is Cloud Run'

/** What of these is not allowed on Cloud Run. */
export const emulationProblems = ({
  K_SERVICE,
  STORE,
  AUTH_BASE_URL,
  GOOGLE_CERTS_URL: certsUrl = GOOGLE_CERTS_URL,
}: {
  readonly K_SERVICE: string
  readonly STORE: StoreLocation
  readonly AUTH_BASE_URL?: string | undefined
  readonly GOOGLE_CERTS_URL?: string
}): readonly ConfigurationProblem[] => {
  if (K_SERVICE === '') return []
  const forbid = (variable: string, expected: string) => ({ variable, problem: 'not allowed here', expected }) as const
  return [
    ...(STORE.kind === 'sqlite' ? [forbid('STORE', `firestore:[DATABASE]; SQLite is ${EMULATION_ONLY}`)] : []),
    ...(AUTH_BASE_URL?.startsWith('http:') ? [forbid('AUTH_BASE_URL', `an https URL; http is ${EMULATION_ONLY}`)] : []),
    ...(certsUrl === GOOGLE_CERTS_URL ? [] : [forbid('GOOGLE_CERTS_URL', EMULATION_ONLY)]),
  ]
}
