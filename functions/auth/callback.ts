import type { Answer } from './answer.ts'
import type { AuthParts } from './auth-parts.ts'
import { namesOf } from './names.ts'
import { codePage } from './pages/code-page.ts'
import { pageLanguage } from './pages/language.ts'
import { shownText } from './pages/shown-text.ts'
import { refusalPage } from './refusal-page.ts'
import type { AuthRequest, Route } from './route.ts'

/** The way back from the provider: a service's name, or `~` and that of an authorization request. */
export const callbackRoutes = (parts: AuthParts): readonly Route[] => [
  // Not HEAD: it would use up the answer and show nothing.
  { path: /^\/callback\/(~?[a-z][a-z0-9-]{0,39})$/, methods: { GET: request => finish(request, parts) } },
]

const MINUTE_MS = 60_000

const finish = async (
  { parameter: callback, query, cookie, acceptLanguage }: AuthRequest,
  { oauth, services, clock }: AuthParts,
): Promise<Answer> => {
  const finished = await oauth.finishSignIn({ callback, query, cookie })
  if (!finished.ok) return refusalPage(finished.error, { acceptLanguage })
  const { page, id, code, codeUntil, signedInAs } = finished.value
  return codePage(pageLanguage(page.language, acceptLanguage), {
    id,
    code,
    validMinutes: Math.max(1, Math.floor((codeUntil - clock()) / MINUTE_MS)),
    names: namesOf(page, services),
    signedInAs: signedInAs === undefined ? undefined : shownText(signedInAs),
  })
}
