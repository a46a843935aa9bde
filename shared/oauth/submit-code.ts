import type { JsonObject, JsonValue } from '../runtime/json.ts'
import type { AccountLink } from './account-link.ts'
import { dropSignIn, rewrite } from './change-sign-in.ts'
import { grantEntry, grantKey, grants, type Identity, newGrant } from './grant.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { hasHash } from './one-time.ts'
import { readSignInCode } from './sign-in-code.ts'
import { AFTERMATH_MS, findBySpeaker, type SignIn, signIns } from './sign-in-record.ts'
import type { Speaker } from './speaker.ts'

/** What a message means to a sign-in that waits for its code. */
export type CodeOutcome =
  /** The message is no code, or nothing waits for one: it goes where any message goes. */
  | { readonly outcome: 'none' }
  | {
      readonly outcome: 'accepted'
      /** Who signed in; not for an authorization request, which does not tell. */
      readonly identity?: Identity
      /** What the provider says of them: see `profileOf`. Not kept here. */
      readonly profile?: JsonObject
      /** What the handler wanted besides. */
      readonly accountLink?: AccountLink
      /** The turn to replay. */
      readonly interrupted?: JsonValue
    }
  /** After the last attempt the sign-in is over. */
  | { readonly outcome: 'wrong'; readonly attemptsLeft: number }
  | { readonly outcome: 'expired'; readonly interrupted?: JsonValue }

const MAX_ATTEMPTS = 3

/** As often as a message is looked at anew when others were faster. Each of them has used up an attempt. */
const MAX_TRIES = MAX_ATTEMPTS + 1

/**
 * Looks at a message before any handler does. The code counts only in the conversation that the sign-in was begun in,
 * from the sender who began it, and only if it is the whole message.
 */
export const submitCode = async (parts: OAuthParts, speaker: Speaker, message: string): Promise<CodeOutcome> => {
  const code = readSignInCode(message)
  if (code === undefined) return { outcome: 'none' }
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const signIn = await findBySpeaker(parts, speaker)
    if (signIn?.stored.phase !== 'code') return { outcome: 'none' }
    const outcome = await judge(parts, speaker, signIn, code)
    if (outcome !== undefined) return outcome
  }
  return { outcome: 'wrong', attemptsLeft: 0 }
}

/** `undefined` if the sign-in has changed meanwhile. */
const judge = async (
  parts: OAuthParts,
  speaker: Speaker,
  signIn: SignIn,
  code: string,
): Promise<CodeOutcome | undefined> => {
  const { stored, secrets } = signIn
  const interrupted = secrets.interrupted === undefined ? {} : { interrupted: secrets.interrupted }
  if (parts.clock() >= stored.codeUntil) {
    return (await dropSignIn(parts, signIn)) ? { outcome: 'expired', ...interrupted } : undefined
  }
  if (!hasHash(code, secrets.code ?? '')) {
    const attempts = stored.attempts + 1
    const counted =
      attempts < MAX_ATTEMPTS ? await rewrite(parts, signIn, { stored: { attempts } }) : await dropSignIn(parts, signIn)
    if (!counted) return undefined
    parts.log('WARNING', 'wrong sign-in code', { service: stored.callback, attempts })
    return { outcome: 'wrong', attemptsLeft: MAX_ATTEMPTS - attempts }
  }
  if (!(await accept(parts, speaker, signIn))) return undefined
  parts.log('INFO', 'sign-in accepted', { service: stored.callback })
  const { identity, profile, accountLink } = secrets
  return {
    outcome: 'accepted',
    ...(identity && { identity }),
    ...(profile && { profile }),
    ...(accountLink && { accountLink }),
    ...interrupted,
  }
}

const accept = async (parts: OAuthParts, speaker: Speaker, signIn: SignIn): Promise<boolean> => {
  const { tokens, identity, authenticatedAt = 0 } = signIn.secrets
  const service = identity && parts.services.get(identity.service)
  if (tokens === undefined || identity === undefined || service === undefined) {
    const changes = { stored: { phase: 'delivered' }, expiresAt: parts.clock() + AFTERMATH_MS } as const
    return (await rewrite(parts, signIn, changes)) !== undefined
  }
  // Given just now, for what was asked just now: the way through browser and conversation does not count.
  const provenAt = signIn.stored.reauthenticate ? parts.clock() : authenticatedAt
  const grant = newGrant(speaker, identity, tokens, { authenticatedAt: provenAt, now: parts.clock() })
  const entry = grantEntry(parts, service, grant)
  return parts.store.transact(async transaction => {
    const current = await transaction.get(signIns, signIn.record.key)
    if (current?.version !== signIn.record.version) return false
    transaction.delete(signIns, signIn.record.key)
    transaction.put(grants, grantKey(grant.service, grant.user), entry)
    return true
  })
}
