import type { IncomingHttpHeaders } from 'node:http'

/**
 * How a provider reads the Authorization header of a client: RFC 6749 §2.3.1 has id and secret form-encoded in it, many
 * servers take them as they stand.
 */
export type BasicCredentials = 'form-encoded' | 'raw'

/** Encodes raw credentials, for oidc-provider always decodes them. Other headers stay as they are. */
export const encodeBasicCredentials = (headers: IncomingHttpHeaders): void => {
  const [scheme, credentials] = headers.authorization?.split(' ') ?? []
  if (scheme?.toLowerCase() !== 'basic' || credentials === undefined) return
  const decoded = Buffer.from(credentials, 'base64').toString()
  const colon = decoded.indexOf(':')
  const encoded = [decoded.slice(0, colon), decoded.slice(colon + 1)].map(encodeURIComponent).join(':')
  headers.authorization = `Basic ${Buffer.from(encoded).toString('base64')}`
}
