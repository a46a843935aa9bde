import type { JsonValue } from '../runtime/json.ts'
import { endSignIn } from './change-sign-in.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { findBySpeaker } from './sign-in-record.ts'
import type { Speaker } from './speaker.ts'

/** `interrupted` can be replayed: whoever asked for the account then hears that the user does not want to. */
export type CancelOutcome =
  | { readonly outcome: 'none' }
  | { readonly outcome: 'cancelled'; readonly interrupted?: JsonValue }

/** The user says in the conversation that they do not want to sign in after all. */
export const cancelSignIn = async (parts: OAuthParts, speaker: Speaker): Promise<CancelOutcome> => {
  const signIn = await findBySpeaker(parts, speaker)
  if (signIn === undefined || signIn.stored.phase === 'ended' || signIn.stored.phase === 'delivered') {
    return { outcome: 'none' }
  }
  if (!(await endSignIn(parts, signIn, 'cancelled'))) return { outcome: 'none' }
  const { interrupted } = signIn.secrets
  return { outcome: 'cancelled', ...(interrupted !== undefined && { interrupted }) }
}
