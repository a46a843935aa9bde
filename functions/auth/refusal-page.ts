import type { SignInRefusal } from '../../shared/oauth/sign-in-page.ts'
import type { Answer } from './answer.ts'
import { pageLanguage } from './pages/language.ts'
import { noticePage } from './pages/notice-page.ts'
import type { NoticeName } from './pages/texts.ts'

/** What people see, and the status for everything else. The operator's reason is in the log. */
const answers: Readonly<Record<SignInRefusal['code'], { readonly status: number; readonly notice: NoticeName }>> = {
  link_unknown: { status: 404, notice: 'linkUnknown' },
  link_used: { status: 410, notice: 'linkUsed' },
  callback_unknown: { status: 400, notice: 'callbackUnknown' },
  other_browser: { status: 403, notice: 'otherBrowser' },
  service_mixed_up: { status: 400, notice: 'mixedUp' },
  // Nothing has failed: it was the user's wish.
  declined: { status: 200, notice: 'declined' },
  provider_failed: { status: 502, notice: 'providerFailed' },
  user_unproven: { status: 403, notice: 'userUnproven' },
}

/**
 * @param acceptLanguage the header, for a sign-in that is not known
 * @param retry the id of the link, if it can be tried again
 */
export const refusalPage = (
  { code, page }: SignInRefusal,
  { acceptLanguage, retry }: { readonly acceptLanguage: string | undefined; readonly retry?: string },
): Answer => {
  const { status, notice } = answers[code]
  return noticePage(notice, pageLanguage(page?.language, acceptLanguage), {
    status,
    ...(retry !== undefined && code === 'provider_failed' && { retry }),
  })
}
