import { CookieJar } from '../identity-provider/identity-provider-sign-in.ts'
import type { SignInEstate } from '../sign-in-estate.ts'

/** What a browser saw on its way from the link in the chat to the code. */
export interface SignedIn {
  /** The code that the last page shows. */
  readonly code: string | undefined
  /** The status of each page and redirect of `auth`, in order. */
  readonly statuses: readonly number[]
}

const CODE = /\b[B-DF-HJ-NP-TV-XZ]{3}-[B-DF-HJ-NP-TV-XZ]{3}\b/

/** Follows the link from the chat as a browser would: the page, its button, the provider's pages, and back. */
export const signInWithBrowser = async (
  { google, authUrl }: SignInEstate,
  link: string,
  account: string,
): Promise<SignedIn> => {
  const cookies = new CookieJar()
  const statuses: number[] = []
  const visit = async (url: URL, form?: URLSearchParams): Promise<Response> => {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { Cookie: cookies.header(url), Accept: 'text/html' },
      ...(form && { method: 'POST', body: form, headers: { Cookie: cookies.header(url), Origin: authUrl.origin } }),
    })
    cookies.store(response)
    statuses.push(response.status)
    return response
  }

  const page = new URL(link)
  await visit(page)
  const started = await visit(page, new URLSearchParams())
  const callback = await google.signIn(started.headers.get('Location') ?? '', { account })
  const shown = await (await visit(callback)).text()
  return { code: CODE.exec(shown)?.[0], statuses }
}
