import { fail, ok, type Result } from '../runtime/result.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { pageOf, type SignInPage, type SignInRefusal } from './sign-in-page.ts'
import { findByBrowser, type SignIn } from './sign-in-record.ts'

/** `GET /link/{id}`: what the page says. Only reads: previews of links fetch them before anybody clicks. */
export const viewSignIn = async (parts: OAuthParts, link: string): Promise<Result<SignInPage, SignInRefusal>> => {
  const found = await findStartable(parts, link)
  return found.ok ? ok(pageOf(found.value)) : found
}

/** The sign-in that a link can still start. A second start is not refused: people go back, and in-app browsers hand over. */
export const findStartable = async (parts: OAuthParts, link: string): Promise<Result<SignIn, SignInRefusal>> => {
  const signIn = await findByBrowser(parts, 'link', link)
  if (signIn === undefined) return fail({ code: 'link_unknown' })
  const { phase } = signIn.stored
  return phase === 'offered' || phase === 'started' ? ok(signIn) : fail({ code: 'link_used', page: pageOf(signIn) })
}
