import type { IncomingMessage } from 'node:http'
import type { Log } from '../../shared/runtime/log.ts'
import type { Answer } from './answer.ts'

/** A request, as its handler wants it. */
export type AuthRequest = {
  /** For the body, which nobody has read yet. */
  readonly message: IncomingMessage
  /** What the path captures; empty when it captures nothing. */
  readonly parameter: string
  readonly query: URLSearchParams
  /** What `readBindingCookie` found. */
  readonly cookie: string | undefined
  readonly acceptLanguage: string | undefined
  readonly log: Log
}

export type Handler = (request: AuthRequest) => Answer | Promise<Answer>

/** One path. */
export type Route = {
  /** The whole path as it was sent: nothing is decoded, so there is one way only to write it. */
  readonly path: RegExp
  readonly methods: Readonly<Partial<Record<string, Handler>>>
  /** Answers every other method, where a page would not do. */
  readonly otherwise?: Handler
}

/** RFC 9110 §9.3.2: HEAD is GET without the content. Only for what may be asked twice. */
export const read = (handler: Handler) => ({ GET: handler, HEAD: handler })

/** What a path leads to. */
export const findRoute = (
  routes: readonly Route[],
  path: string,
): { readonly route: Route; readonly parameter: string } | undefined => {
  for (const route of routes) {
    const match = route.path.exec(path)
    if (match !== null) return { route, parameter: match[1] ?? '' }
  }
  return undefined
}
