import type { StoredRecord } from '../storage/store.ts'
import type { AuthenticationService } from './authentication-service.ts'
import { type ComponentFailure, serviceFor } from './component-failure.ts'
import { type Grant, grantKey, grants, openGrant } from './grant.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { attemptRevocation, pendingRevocation, revocations } from './pending-revocation.ts'
import { untilAborted } from './until-aborted.ts'

/** What became of a user's tokens. Whatever it is, they are forgotten here. */
export type ResetOutcome =
  /** Revoked at the provider too. */
  | { readonly outcome: 'revoked' }
  /** The provider has no request for it (Microsoft): what somebody else may hold lives on to its end. */
  | { readonly outcome: 'notRevocable' }
  /** The provider did not answer, or not yet. It is asked again for a week. */
  | { readonly outcome: 'pending' }
  /** There were none. */
  | { readonly outcome: 'nothing' }
  | { readonly outcome: 'failed'; readonly failure: ComponentFailure }

/** The component *Reset OAuth 2.0 Tokens*: signs a user out of a service. */
export const createResetTokens =
  (parts: OAuthParts) =>
  async (
    name: string,
    { user, signal }: { readonly user: string; readonly signal: AbortSignal },
  ): Promise<ResetOutcome> => {
    const service = serviceFor(parts, name, 'AUTHORIZATION_CODE')
    if (!service.ok) return { outcome: 'failed', failure: service.error }
    const record = await parts.store.get(grants, grantKey(name, user))
    if (record === undefined) return { outcome: 'nothing' }
    return (await untilAborted(signal, forgetGrant(parts, service.value, record))) ?? { outcome: 'pending' }
  }

/** Forgets a grant; in the same write its tokens become a pending revocation, which is then tried. */
const forgetGrant = async (
  parts: OAuthParts,
  service: AuthenticationService,
  { key }: Pick<StoredRecord, 'key'>,
): Promise<ResetOutcome> => {
  // Read again within: a refresh that has just ended leaves other tokens.
  const pending = await parts.store.transact(async transaction => {
    const record = await transaction.get(grants, key)
    const grant: Grant | undefined = record && openGrant(parts, record)?.grant
    const revocation = grant && pendingRevocation(parts, service, grant.tokens)
    transaction.delete(grants, key)
    if (revocation !== undefined) transaction.put(revocations, revocation.key, revocation.entry)
    return revocation
  })
  parts.log('INFO', 'grant forgotten', { service: service.name })
  if (service.provider.irrevocable) return { outcome: 'notRevocable' }
  if (pending === undefined) return { outcome: 'nothing' }
  const { revoked } = await attemptRevocation(parts, service, pending)
  if (revoked === 'all') return { outcome: 'revoked' }
  return { outcome: revoked === 'impossible' ? 'notRevocable' : 'pending' }
}
