import type { IncomingMessage, ServerResponse } from 'node:http'
import { readBindingCookie } from '../../shared/oauth/binding-cookie.ts'
import { describeError } from '../../shared/runtime/describe-error.ts'
import type { Log } from '../../shared/runtime/log.ts'
import { withTrace } from '../../shared/runtime/trace.ts'
import { type Answer, send } from './answer.ts'
import type { AuthParts } from './auth-parts.ts'
import { callbackRoutes } from './callback.ts'
import { linkRoutes } from './link.ts'
import { pageLanguage } from './pages/language.ts'
import { noticePage } from './pages/notice-page.ts'
import type { NoticeName } from './pages/texts.ts'
import { findRoute, type Route } from './route.ts'
import { sessionRoutes } from './session.ts'

export type Auth = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** A provider's answer has a code of some kilobytes at most, and a state. */
const MAX_URL_LENGTH = 8192

/** The browser's side of a sign-in, and the session tokens of applications. Whatever else is asked for is answered with a page. */
export const createAuth = (parts: AuthParts): Auth => {
  const routes: readonly Route[] = [linkRoutes, callbackRoutes, sessionRoutes].flatMap(make => make(parts))

  return async (request, response) => {
    const log = withTrace(parts.log, request.headers, parts.traceProject)
    try {
      send(response, await answer(request, routes, log))
    } catch (error) {
      log('ERROR', 'request failed', { error: describeError(error) })
      if (!response.headersSent) send(response, notice(request, 'failed', 500))
    }
  }
}

const answer = (request: IncomingMessage, routes: readonly Route[], log: Log): Answer | Promise<Answer> => {
  const { url = '', method = '', headers } = request
  if (url.length > MAX_URL_LENGTH) return notice(request, 'badRequest', 414)
  const [path = '', ...search] = url.split('?')
  const found = findRoute(routes, path)
  if (found === undefined) return notice(request, 'notFound', 404)
  const { methods, otherwise } = found.route
  const handler = methods[method] ?? otherwise
  if (handler === undefined) return notice(request, 'badRequest', 405, { Allow: Object.keys(methods).join(', ') })
  return handler({
    message: request,
    parameter: found.parameter,
    query: new URLSearchParams(search.join('?')),
    cookie: readBindingCookie(headers.cookie),
    acceptLanguage: headers['accept-language'],
    log,
  })
}

const notice = (
  { headers, method }: IncomingMessage,
  name: NoticeName,
  status: number,
  more: Readonly<Record<string, string>> = {},
): Answer => ({
  ...noticePage(name, pageLanguage(undefined, headers['accept-language']), { status, headers: more }),
  close: method !== 'GET' && method !== 'HEAD',
})
