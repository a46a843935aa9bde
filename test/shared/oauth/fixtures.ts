import {
  type AuthenticationServices,
  parseAuthenticationServices,
} from '../../../shared/oauth/authentication-services.ts'
import type { Speaker } from '../../../shared/oauth/speaker.ts'

export const BASE_URL = 'https://auth.example.com'

/** Form-encoding changes it: `-`, `+`, `:`, `%` and `/` do not stand for themselves. */
export const CLIENT_SECRET = 's3cr-et+:%2D/x'

export const ada: Speaker = { user: 'slack:T1:ada', sender: 'slack:T1:ada', conversation: 'conversation-1' }
export const mallory: Speaker = { user: 'slack:T1:mallory', sender: 'slack:T1:mallory', conversation: 'conversation-2' }

export const shown = { agent: 'Travel desk', channel: 'Slack', account: 'a•••', language: 'en' }

export type Settings = Readonly<Record<string, unknown>>

export const servicesOf = (settings: readonly Settings[]): AuthenticationServices => {
  const services = parseAuthenticationServices(JSON.stringify({ services: settings }), { emulation: true })
  if (!services.ok) throw new Error(JSON.stringify(services.error))
  return services.value
}
