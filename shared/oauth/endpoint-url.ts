import { isIP } from 'node:net'

/** Which URLs of providers are acceptable, in words. */
export const ENDPOINT_URL_RULE =
  'an https URL with a public host name: no address in numbers, no localhost, .local or .internal, no credentials, no fragment'

/** Names that lead into our own network, the metadata server's among them (metadata.google.internal). */
const PRIVATE_NAME = /(?:^|\.)(?:localhost|local|internal)\.?$/

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Whether a provider's URL may be called. URLs are an administrator's input or come from a discovery document, and a
 * function's network reaches what the public does not: the metadata server, other machines of the project.
 *
 * A public name can still lead to a private address. What answers there would need a certificate for that name.
 *
 * @param emulation accepts loopback too, over http as well. Never on Cloud Run.
 */
export const isEndpointUrl = (text: string, emulation: boolean): boolean => {
  const url = URL.parse(text)
  if (url === null || url.username !== '' || url.password !== '' || url.hash !== '') return false
  if (emulation && LOOPBACK.has(url.hostname)) return url.protocol === 'http:' || url.protocol === 'https:'
  const isPublic =
    url.hostname.includes('.') && isIP(url.hostname.replace(/^\[|\]$/g, '')) === 0 && !PRIVATE_NAME.test(url.hostname)
  return url.protocol === 'https:' && isPublic
}
