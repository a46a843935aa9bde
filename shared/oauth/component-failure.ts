import { fail, ok, type Result } from '../runtime/result.ts'
import type { AuthenticationService, GrantType } from './authentication-service.ts'
import type { OAuthParts } from './oauth-parts.ts'
import type { RefreshFailure } from './settle-refresh.ts'

/** Why a component could not do its work. The user gets a sentence; this is for the operator. */
export type ComponentFailure =
  | Exclude<RefreshFailure, { readonly code: 'grant_gone' }>
  /** No answer by the time one was needed. What is under way goes on, and the next turn may find it done. */
  | { readonly code: 'deadline' }
  | { readonly code: 'service_unknown'; readonly service: string }
  | { readonly code: 'service_grant_type'; readonly service: string; readonly expected: GrantType }
  /** The sign-in ended in the browser, for this reason. */
  | { readonly code: 'sign_in_failed'; readonly reason: string }
  | { readonly code: 'request_invalid'; readonly reason: string }

/** A service by its name, if it is one of the kind that a component needs. */
export const serviceFor = (
  { services }: Pick<OAuthParts, 'services'>,
  name: string,
  grantType: GrantType,
): Result<AuthenticationService, ComponentFailure> => {
  const service = services.get(name)
  if (service === undefined) return fail({ code: 'service_unknown', service: name })
  if (service.grantType !== grantType) return fail({ code: 'service_grant_type', service: name, expected: grantType })
  return ok(service)
}
