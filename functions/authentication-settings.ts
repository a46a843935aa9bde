import { type AuthenticationServices, parseAuthenticationServices } from '../shared/oauth/authentication-services.ts'
import type { ConfigurationProblem, Environment } from '../shared/runtime/configuration.ts'
import { fail, ok, type Result } from '../shared/runtime/result.ts'
import { type Keyring, parseKeyring } from '../shared/storage/keyring.ts'
import { readSetting } from './read-setting.ts'

/** What the references of `AUTHENTICATION_SERVICES` and `TOKEN_KEYS` lead to: enough to read what is stored, and to revoke it. */
export type TokenSettings = {
  readonly services: AuthenticationServices
  /** Encrypts what is stored. */
  readonly tokenKeys: Keyring
}

/** And `SESSION_KEYS`. */
export type AuthenticationSettings = TokenSettings & {
  /** Signs session tokens. */
  readonly sessionKeys: Keyring
}

export type TokenReferences = {
  readonly AUTHENTICATION_SERVICES: string
  readonly TOKEN_KEYS: string
  readonly K_SERVICE: string
}

export type AuthenticationReferences = TokenReferences & { readonly SESSION_KEYS: string }

/** Reads both; every problem at once, none with any of their text. */
export const readTokenSettings = async (
  { AUTHENTICATION_SERVICES, TOKEN_KEYS, K_SERVICE }: TokenReferences,
  environment: Environment,
): Promise<Result<TokenSettings, readonly ConfigurationProblem[]>> => {
  const [services, tokenKeys] = await Promise.all([
    readSetting('AUTHENTICATION_SERVICES', AUTHENTICATION_SERVICES, environment, text =>
      servicesOf(text, K_SERVICE === ''),
    ),
    readSetting('TOKEN_KEYS', TOKEN_KEYS, environment, parseKeyring),
  ])
  if (!services.ok || !tokenKeys.ok) {
    return fail([services, tokenKeys].flatMap(result => (result.ok ? [] : result.error)))
  }
  return ok({ services: services.value, tokenKeys: tokenKeys.value })
}

/** Reads all three, likewise. */
export const readAuthenticationSettings = async (
  references: AuthenticationReferences,
  environment: Environment,
): Promise<Result<AuthenticationSettings, readonly ConfigurationProblem[]>> => {
  const [settings, sessionKeys] = await Promise.all([
    readTokenSettings(references, environment),
    readSetting('SESSION_KEYS', references.SESSION_KEYS, environment, parseKeyring),
  ])
  if (!settings.ok || !sessionKeys.ok) {
    return fail([settings, sessionKeys].flatMap(result => (result.ok ? [] : result.error)))
  }
  return ok({ ...settings.value, sessionKeys: sessionKeys.value })
}

const servicesOf = (json: string, emulation: boolean): Result<AuthenticationServices, readonly string[]> => {
  const services = parseAuthenticationServices(json, { emulation })
  if (services.ok) return services
  return fail(
    services.error.map(({ path, problem, expected }) => `${path || 'the file'} is ${problem}: expected ${expected}`),
  )
}
