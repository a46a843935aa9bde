import { type ChannelCredentials, parseChannelCredentials } from '../../shared/channels/sender-credentials.ts'
import type { ConfigurationProblem, Environment } from '../../shared/runtime/configuration.ts'
import { fail, ok, type Result } from '../../shared/runtime/result.ts'
import { resolveSecret } from '../../shared/runtime/secret.ts'
import { type Keyring, parseKeyring } from '../../shared/storage/keyring.ts'

/** What the references of `TOKEN_KEYS` and `CHANNEL_CREDENTIALS` lead to. */
export type NotifySettings = {
  /** Encrypts the messages that are kept. */
  readonly keyring: Keyring
  readonly credentials: ChannelCredentials
}

/** Reads both; every problem at once, none with any of their text. */
export const readNotifySettings = async (
  references: { readonly TOKEN_KEYS: string; readonly CHANNEL_CREDENTIALS: string },
  environment: Environment,
): Promise<Result<NotifySettings, readonly ConfigurationProblem[]>> => {
  const read = async <Value>(
    variable: keyof typeof references,
    parse: (text: string) => Result<Value, readonly string[]>,
  ): Promise<Result<Value, readonly ConfigurationProblem[]>> => {
    const reference = references[variable]
    const secret = await resolveSecret(reference, environment)
    const parsed = secret.ok ? parse(secret.value) : fail([secret.error])
    if (parsed.ok) return parsed
    const expected = (reason: string) => `something readable at ${reference}, but ${reason}`
    return fail(parsed.error.map(reason => ({ variable, problem: 'invalid', expected: expected(reason) })))
  }
  const [keyring, credentials] = await Promise.all([
    read('TOKEN_KEYS', parseKeyring),
    read('CHANNEL_CREDENTIALS', parseChannelCredentials),
  ])
  if (!keyring.ok || !credentials.ok) {
    return fail([keyring, credentials].flatMap(result => (result.ok ? [] : result.error)))
  }
  return ok({ keyring: keyring.value, credentials: credentials.value })
}
