import type { AssociationConsent } from '../oauth/account-link.ts'

/** How long *not now* holds. */
const NOT_NOW_MS = 24 * 60 * 60_000

/** Who is who, when somebody has signed in. Users by their keys. */
export type Standing = {
  /** Whose the account is. */
  readonly owner: string | undefined
  /** Whose the identity is that was signed in with. */
  readonly holder: string | undefined
  /** The account's user is somebody else at this service. */
  readonly isOther: boolean
  readonly isNeverLinked: boolean
  /** In milliseconds since the epoch. */
  readonly notNowAt: number | null
}

/** What the user has said to it: nothing yet, to link an account that stood alone, to take it from one user to another. */
export type Agreed = 'nothing' | 'link' | 'move'

export type LinkDecision =
  /** The account is the identity's user's already. */
  | { readonly action: 'stay' }
  /** The account's user is known by one more identity. */
  | { readonly action: 'addIdentity' }
  /** The account becomes the identity's user's, or a new one's. */
  | { readonly action: 'join'; readonly notify: boolean }
  | { readonly action: 'ask'; readonly conflict: boolean }
  | { readonly action: 'leave'; readonly reason: 'never' | 'notNow' }

/**
 * What becomes of an account after a sign-in. The first identity is the point of truth; an account that is another's
 * already is a conflict, which nothing but the user's own word resolves.
 *
 * *Not now* holds for 24 hours: after exactly that it still does. It outweighs a consent of `no` or `notify`, as *never*
 * does; but a conflict is asked about at every sign-in, which would otherwise come to nothing.
 */
export const decideLink = (
  { owner, holder, isOther, isNeverLinked, notNowAt }: Standing,
  { agreed, consent }: { readonly agreed: Agreed; readonly consent: AssociationConsent },
  now: number,
): LinkDecision => {
  if (isNeverLinked) return { action: 'leave', reason: 'never' }
  if (owner !== undefined && owner === holder) return { action: 'stay' }
  if (owner !== undefined && holder === undefined && !isOther) return { action: 'addIdentity' }
  const conflict = owner !== undefined
  if (conflict && agreed !== 'move') return { action: 'ask', conflict }
  if (agreed === 'nothing') {
    if (notNowAt !== null && now - notNowAt <= NOT_NOW_MS) return { action: 'leave', reason: 'notNow' }
    if (consent === 'yes') return { action: 'ask', conflict }
    return { action: 'join', notify: consent === 'notify' }
  }
  return { action: 'join', notify: false }
}
