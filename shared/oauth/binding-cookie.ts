/**
 * `__Host-`: only this very host can have set it, over TLS, for all its paths. RFC 6265bis §4.1.3.2
 */
const NAME = '__Host-sign-in'

/** As long as a sign-in can take. */
const MAX_AGE_SECONDS = 15 * 60

const VALUE = /^[A-Za-z0-9_-]{43}$/

/** The value of `Set-Cookie` that binds a sign-in to the browser. Lax, since the provider's redirect comes from another site. */
export const writeBindingCookie = (value: string): string =>
  `${NAME}=${value}; Max-Age=${MAX_AGE_SECONDS}; Path=/; Secure; HttpOnly; SameSite=Lax`

/** The value from a `Cookie` header; `undefined` unless it is there exactly once and was made by us. */
export const readBindingCookie = (header: string | undefined): string | undefined => {
  const values = (header ?? '')
    .split(';')
    .map(pair => pair.trim())
    .filter(pair => pair.startsWith(`${NAME}=`))
    .map(pair => pair.slice(NAME.length + 1))
  const [value] = values
  return values.length === 1 && value !== undefined && VALUE.test(value) ? value : undefined
}
