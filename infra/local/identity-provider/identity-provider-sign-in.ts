import { type Fetch, plainFetch } from './identity-provider-hosts.ts'

export interface SignInOptions {
  /** Id of the account, as in identity-provider-accounts.ts. */
  readonly account: string
  readonly decision?: 'accept' | 'refuse'
  /** Cookies kept from one sign-in to the next, as in one browser; an empty jar by default. */
  readonly cookies?: CookieJar
  /** The identity provider's own when it is emulated under its real hosts. */
  readonly fetch?: Fetch
}

const MAX_STEPS = 10

/** The cookies of one site, by path. RFC 6265 without domains and expiry times. */
export class CookieJar {
  readonly #cookies = new Map<string, { readonly path: string; readonly pair: string }>()

  store({ headers }: Response): void {
    for (const cookie of headers.getSetCookie()) {
      const [pair = '', ...attributes] = cookie.split('; ')
      const path = attributes.find(attribute => /^path=/i.test(attribute))?.slice('path='.length) ?? '/'
      const key = `${pair.slice(0, pair.indexOf('='))};${path}`
      if (pair.endsWith('=')) this.#cookies.delete(key)
      else this.#cookies.set(key, { path, pair })
    }
  }

  header(url: URL): string {
    const sent = [...this.#cookies.values()].filter(({ path }) => url.pathname.startsWith(path))
    return sent.map(({ pair }) => pair).join('; ')
  }
}

/**
 * Goes through the provider's pages as a browser would, cookies and redirects included.
 *
 * @param authorizeUrl the authorization request
 * @returns the redirect back to the client, not followed
 * @throws when a page is an error, or has no button for the account
 */
export const signIn = async (authorizeUrl: string | URL, options: SignInOptions): Promise<URL> => {
  const { account, decision = 'accept', cookies = new CookieJar(), fetch = plainFetch } = options
  const { origin } = new URL(authorizeUrl)
  let url = new URL(authorizeUrl)
  let form: URLSearchParams | undefined

  for (let step = 0; step < MAX_STEPS; step += 1) {
    const response = await fetch(url.href, {
      headers: { Accept: 'text/html', Cookie: cookies.header(url) },
      redirect: 'manual',
      ...(form && { method: 'POST', body: form }),
    })
    cookies.store(response)
    const text = await response.text()
    const location = response.headers.get('Location')
    if (location !== null) {
      url = new URL(location, url)
      form = undefined
      if (url.origin !== origin) return url
    } else {
      const [name, value] = decision === 'accept' ? ['account', account] : ['refuse', 'yes']
      if (!text.includes(`<button name="${name}" value="${value}">`)) {
        throw new Error(`no way to ${decision} as ${account}: the page's status is ${response.status}`)
      }
      form = new URLSearchParams({ [name]: value })
    }
  }
  throw new Error(`no way back to the client after ${MAX_STEPS} steps`)
}
