import { fail, ok, type Result } from '../runtime/result.ts'
import { endSignIn } from './change-sign-in.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { hasHash } from './one-time.ts'
import { pageOf, type SignInPage, type SignInRefusal } from './sign-in-page.ts'
import { findByBrowser } from './sign-in-record.ts'

export type DisownRequest = {
  /** Of the link, before the sign-in; afterwards that of the page with the code. */
  readonly id: string
  /** What `readBindingCookie` found. Only the browser that shows the code may take it back. */
  readonly cookie: string | undefined
}

/**
 * "This wasn't me": ends a sign-in that was started in somebody else's conversation, and takes back what it has brought.
 */
export const disownSignIn = async (
  parts: OAuthParts,
  { id, cookie }: DisownRequest,
): Promise<Result<SignInPage, SignInRefusal>> => {
  const signIn = await findByBrowser(parts, 'link', id)
  if (signIn === undefined || signIn.stored.phase === 'ended') return fail({ code: 'link_unknown' })
  const page = pageOf(signIn)
  if (signIn.stored.phase === 'delivered') return fail({ code: 'link_used', page })
  const isShown = signIn.stored.phase === 'code'
  if (isShown && (cookie === undefined || !hasHash(cookie, signIn.stored.cookie ?? ''))) {
    return fail({ code: 'other_browser', page })
  }
  return (await endSignIn(parts, signIn, 'disowned')) ? ok(page) : fail({ code: 'link_used', page })
}
