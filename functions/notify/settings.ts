import { type ChannelCredentials, parseChannelCredentials } from '../../shared/channels/sender-credentials.ts'
import type { ConfigurationProblem, Environment } from '../../shared/runtime/configuration.ts'
import { fail, ok, type Result } from '../../shared/runtime/result.ts'
import { type Keyring, parseKeyring } from '../../shared/storage/keyring.ts'
import { readSetting } from '../read-setting.ts'

/** What the references of `TOKEN_KEYS` and `CHANNEL_CREDENTIALS` lead to. */
export type NotifySettings = {
  /** Encrypts the messages that are kept. */
  readonly keyring: Keyring
  readonly credentials: ChannelCredentials
}

/** Reads both; every problem at once, none with any of their text. */
export const readNotifySettings = async (
  { TOKEN_KEYS, CHANNEL_CREDENTIALS }: { readonly TOKEN_KEYS: string; readonly CHANNEL_CREDENTIALS: string },
  environment: Environment,
): Promise<Result<NotifySettings, readonly ConfigurationProblem[]>> => {
  const [keyring, credentials] = await Promise.all([
    readSetting('TOKEN_KEYS', TOKEN_KEYS, environment, parseKeyring),
    readSetting('CHANNEL_CREDENTIALS', CHANNEL_CREDENTIALS, environment, parseChannelCredentials),
  ])
  if (!keyring.ok || !credentials.ok) {
    return fail([keyring, credentials].flatMap(result => (result.ok ? [] : result.error)))
  }
  return ok({ keyring: keyring.value, credentials: credentials.value })
}
