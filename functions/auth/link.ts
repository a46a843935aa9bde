import { type Answer, seeOther } from './answer.ts'
import type { AuthParts } from './auth-parts.ts'
import { form } from './form.ts'
import { namesOf } from './names.ts'
import { isLanguage, pageLanguage } from './pages/language.ts'
import { linkPage } from './pages/link-page.ts'
import { noticePage } from './pages/notice-page.ts'
import { refusalPage } from './refusal-page.ts'
import { type AuthRequest, type Route, read } from './route.ts'

/** 128 bits in base64url. */
const ID = '([A-Za-z0-9_-]{22})'

/** The link from the conversation: a page first, for previews open links too, and then the way to the provider or out. */
export const linkRoutes = (parts: AuthParts): readonly Route[] => [
  {
    path: new RegExp(`^/link/${ID}$`),
    methods: {
      ...read(request => view(request, parts)),
      POST: form(parts.baseUrl, request => start(request, parts)),
    },
  },
  {
    path: new RegExp(`^/link/${ID}/disown$`),
    methods: { POST: form(parts.baseUrl, request => disown(request, parts)) },
  },
  { path: /^\/disowned\/([a-z]{2})$/, methods: read(disowned) },
]

const view = async (
  { parameter: link, acceptLanguage }: AuthRequest,
  { oauth, services, emulation }: AuthParts,
): Promise<Answer> => {
  const found = await oauth.viewSignIn(link)
  if (!found.ok) return refusalPage(found.error, { acceptLanguage })
  const names = namesOf(found.value, services)
  return linkPage(pageLanguage(found.value.language, acceptLanguage), { link, names, emulation })
}

const start = async (
  { parameter: link, cookie, acceptLanguage }: AuthRequest,
  { oauth }: AuthParts,
): Promise<Answer> => {
  const started = await oauth.startSignIn({ link, cookie })
  if (!started.ok) return refusalPage(started.error, { acceptLanguage, retry: link })
  const { authorizationUrl, setCookie } = started.value
  return seeOther(authorizationUrl, { 'Set-Cookie': setCookie })
}

/** "This wasn't me". */
const disown = async (
  { parameter: id, cookie, acceptLanguage, log }: AuthRequest,
  { oauth }: AuthParts,
): Promise<Answer> => {
  const ended = await oauth.disownSignIn({ id, cookie })
  if (ended.ok) return seeOther(`/disowned/${pageLanguage(ended.value.language, acceptLanguage)}`)
  const { code, page } = ended.error
  log('NOTICE', 'sign-in not disowned', { code })
  if (code === 'other_browser') return refusalPage(ended.error, { acceptLanguage })
  return noticePage('tooLate', pageLanguage(page?.language, acceptLanguage), { status: 410 })
}

const disowned = ({ parameter, acceptLanguage }: AuthRequest): Answer =>
  isLanguage(parameter)
    ? noticePage('disowned', parameter, { status: 200 })
    : noticePage('notFound', pageLanguage(undefined, acceptLanguage), { status: 404 })
