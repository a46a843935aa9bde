import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'

/**
 * Nothing is allowed but what is named here: no script ever, nothing from elsewhere, no frame around
 * it. The icon is in the page.
 *
 * @param formAction where forms may lead, redirects included
 * @param style the source of the style sheet
 */
export const contentSecurityPolicy = ({
  formAction = "'none'",
  style = "'none'",
}: {
  readonly formAction?: string | undefined
  readonly style?: string
} = {}): string =>
  `default-src 'none'; style-src ${style}; img-src data:; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`

/**
 * Of every response: nobody keeps it, frames it, indexes it, opens it with a handle on it, or learns from where people
 * go on.
 */
export const SECURITY_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': contentSecurityPolicy(),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  // Browsers heed it over TLS only: RFC 6797 §8.1.
  'Strict-Transport-Security': 'max-age=63072000',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex, nofollow',
} as const

/**
 * Gives the headers to every response of this process before anybody answers: the framework answers some requests
 * without asking the function (`/favicon.ico`, a path that does not decode). Call this at module level.
 *
 * @returns what undoes it, for tests
 */
export const secureEveryResponse = (): (() => void) => {
  const secure = (message: unknown): void => {
    const { response } = message as { readonly response: ServerResponse }
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value)
  }
  subscribe('http.server.request.start', secure)
  return () => unsubscribe('http.server.request.start', secure)
}
