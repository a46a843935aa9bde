import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { readBody } from '../../shared/runtime/read-body.ts'
import { pageLanguage } from './pages/language.ts'
import { noticePage } from './pages/notice-page.ts'
import type { NoticeName } from './pages/texts.ts'
import type { Handler } from './route.ts'

/** Why a form is not accepted. */
type FormRefusal = 'form_cross_site' | 'form_type' | 'form_too_large' | 'form_incomplete'

/** Our forms have no fields. */
const LIMITS = { maxBytes: 1024, timeoutMs: 3000 }

const CONTENT_TYPE = /^application\/x-www-form-urlencoded\s*(?:;|$)/i

/**
 * Whether a page of ours has sent this. Browsers say it in `Sec-Fetch-Site` (https://www.w3.org/TR/fetch-metadata/); of
 * those that do not, the origin has to be ours. `Origin: null` alone proves nothing: our own pages send it, since they
 * are `no-referrer`, and so does anybody who wants to.
 */
const isSameOrigin = ({ 'sec-fetch-site': site, origin }: IncomingHttpHeaders, baseUrl: string): boolean =>
  site === undefined ? origin === baseUrl : site === 'same-origin'

const refusalOf = async (message: IncomingMessage, baseUrl: string): Promise<FormRefusal | undefined> => {
  if (!isSameOrigin(message.headers, baseUrl)) return 'form_cross_site'
  if (!CONTENT_TYPE.test(message.headers['content-type'] ?? '')) return 'form_type'
  const body = await readBody(message, LIMITS)
  if (body.ok) return undefined
  return body.error === 'too_large' ? 'form_too_large' : 'form_incomplete'
}

const answers: Readonly<Record<FormRefusal, { readonly status: number; readonly notice: NoticeName }>> = {
  form_cross_site: { status: 403, notice: 'crossSite' },
  form_type: { status: 415, notice: 'badRequest' },
  form_too_large: { status: 413, notice: 'badRequest' },
  form_incomplete: { status: 400, notice: 'badRequest' },
}

/** Lets a handler have only what a form of our own pages has sent: no other site can start or end somebody's sign-in. */
export const form =
  (baseUrl: string, handler: Handler): Handler =>
  async request => {
    const code = await refusalOf(request.message, baseUrl)
    if (code === undefined) return handler(request)
    const { status, notice } = answers[code]
    request.log('WARNING', 'form refused', { status, code })
    return { ...noticePage(notice, pageLanguage(undefined, request.acceptLanguage), { status }), close: true }
  }
