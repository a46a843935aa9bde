import type { JsonValue } from '../runtime/json.ts'
import type { AccountLink } from './account-link.ts'
import { abandonTokens } from './change-sign-in.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { hashed, randomValue } from './one-time.ts'
import { linkUrl } from './public-url.ts'
import { type CodeRequest, openSignIn, SIGN_IN_MS, signInEntry, signInKey, signIns } from './sign-in-record.ts'
import type { Shown, Speaker } from './speaker.ts'

/** A sign-in that has been offered. The link is for the sender alone: show it in a direct or ephemeral message. */
export type OfferedSignIn = {
  readonly linkUrl: string
  /** Milliseconds since the epoch. */
  readonly expiresAt: number
}

export type SignInRequest = {
  readonly speaker: Speaker
  readonly shown: Shown
  /** Whether the sender alone reads the conversation: nowhere else is a sign-in begun. */
  readonly isPrivate?: boolean
  /** Handed back when the sign-in is done, to be replayed. Encrypted meanwhile. */
  readonly interrupted?: JsonValue
}

type Begun = SignInRequest & {
  /** The last segment of the callback's path. */
  readonly callback: string
  readonly reauthenticate: boolean
  readonly request?: CodeRequest
  readonly accountLink?: AccountLink
}

/** A turn is a few kilobytes. A larger one is not kept: the user repeats the question. */
const MAX_INTERRUPTED_BYTES = 64 * 1024

/** Offers a sign-in, in the place of any other that the sender has under way in this conversation. */
export const beginSignIn = async (
  parts: OAuthParts,
  { speaker, shown, interrupted, callback, reauthenticate, request, accountLink }: Begun,
): Promise<OfferedSignIn> => {
  const link = randomValue(128)
  const startedAt = parts.clock()
  const expiresAt = startedAt + SIGN_IN_MS
  const key = signInKey(speaker)
  const secrets = {
    ...(isKept(interrupted) && { interrupted }),
    ...(request !== undefined && { request }),
    ...(accountLink !== undefined && { accountLink }),
  }
  const stored = {
    phase: 'offered',
    callback,
    link: hashed(link),
    state: null,
    cookie: null,
    shown,
    reauthenticate,
    startedAt,
    codeUntil: 0,
    attempts: 0,
    ending: null,
    reason: null,
  } as const
  const entry = signInEntry(parts, key, { stored, secrets, expiresAt })
  const replaced = await parts.store.transact(async transaction => {
    const before = await transaction.get(signIns, key)
    transaction.put(signIns, key, entry)
    return before
  })
  if (replaced !== undefined) await abandonTokens(parts, openSignIn(parts, replaced))
  parts.log('INFO', 'sign-in offered', { service: callback })
  return { linkUrl: linkUrl(parts.baseUrl, link), expiresAt }
}

const isKept = (interrupted: JsonValue | undefined): interrupted is JsonValue =>
  interrupted !== undefined && Buffer.byteLength(JSON.stringify(interrupted)) <= MAX_INTERRUPTED_BYTES
