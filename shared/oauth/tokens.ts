import type { TokenEndpointResponse } from 'openid-client'
import * as z from 'zod/mini'

/** What a provider gave for one user, or for the agent itself. */
export const tokensSchema = z.object({
  accessToken: z.string(),
  refreshToken: z.exactOptional(z.string()),
  /** Milliseconds since the epoch. */
  expiresAt: z.number(),
  /** From when on it is no longer given out without a refresh. */
  staleAt: z.number(),
  /** What was granted, which may be less than was asked for. */
  scopes: z.array(z.string()),
})

export type Tokens = z.output<typeof tokensSchema>

/** RFC 6749 §5.1 lets a server say nothing; most that do so mean an hour. */
const DEFAULT_LIFETIME_S = 3600

/** A token is renewed this long before it ends, so that it still holds when it arrives; a short-lived one in the last tenth. */
const MARGIN_MS = 60_000

/**
 * @param now milliseconds since the epoch
 * @param before what stays where the server does not say otherwise: the refresh token (RFC 6749 §6), the scopes (§5.1)
 */
export const tokensOf = (
  response: TokenEndpointResponse,
  now: number,
  before: { readonly refreshToken?: string; readonly scopes: readonly string[] },
): Tokens => {
  const lifetimeMs = (response.expires_in ?? DEFAULT_LIFETIME_S) * 1000
  const refreshToken = response.refresh_token ?? before.refreshToken
  return {
    accessToken: response.access_token,
    ...(refreshToken !== undefined && { refreshToken }),
    expiresAt: now + lifetimeMs,
    staleAt: now + lifetimeMs - Math.min(MARGIN_MS, lifetimeMs / 10),
    scopes: response.scope === undefined ? [...before.scopes] : response.scope.split(' ').filter(Boolean),
  }
}
