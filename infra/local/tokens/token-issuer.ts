import { randomBytes } from 'node:crypto'
import http from 'node:http'
import { type Clock, systemClock } from '../../../shared/runtime/clock.ts'
import type { JsonObject } from '../../../shared/runtime/json.ts'
import { close, listen } from '../listen.ts'
import { type Algorithm, generateSigningKey, type SigningKey, signToken } from './identity-token.ts'

/** For whom a token is made, and what is to be wrong with it. */
export interface TokenRequest {
  readonly audience: string
  /** Address of the service agent. */
  readonly serviceAgent: string
  /** Take the place of claims that Google would write. */
  readonly claims?: JsonObject
  readonly algorithm?: Algorithm
  /** One that the issuer does not publish, or publishes with other material under the same id. */
  readonly key?: SigningKey
}

export interface TokenIssuer extends AsyncDisposable {
  /** The JWK Set: what `GOOGLE_CERTS_URL` is set to. */
  readonly certsUrl: URL
  /** The key that signs now. */
  readonly key: SigningKey
  issue(request: TokenRequest): string
  /** Signs with a new key from now on. The one before stays published, so that tokens on their way stay valid. */
  rotate(): Promise<void>
}

const LIFETIME_SECONDS = 3600

/** Google's key ids are SHA-1 digests in hex. */
const newKey = (): Promise<SigningKey> => generateSigningKey(randomBytes(20).toString('hex'))

let first: Promise<SigningKey> | undefined

/** An RSA key takes a tenth of a second, so the issuers of a process all begin with the same. */
const firstKey = (): Promise<SigningKey> => {
  first ??= newKey()
  return first
}

const publish = ({ kid, publicKey }: SigningKey) => ({
  ...publicKey.export({ format: 'jwk' }),
  kid,
  alg: 'RS256',
  use: 'sig',
})

/** A service account's unique id: digits, the same in `azp` and `sub`. */
const ACCOUNT_ID = '104729104729104729104'

/** The claims of a Google service account's identity token. */
const googleClaims = ({ audience, serviceAgent }: TokenRequest, now: number): JsonObject => ({
  aud: audience,
  azp: ACCOUNT_ID,
  email: serviceAgent,
  email_verified: true,
  exp: now + LIFETIME_SECONDS,
  iat: now,
  iss: 'https://accounts.google.com',
  sub: ACCOUNT_ID,
})

/** Starts an issuer of identity tokens like Google's, and the endpoint where it publishes its keys. */
export const startTokenIssuer = async (
  options: { readonly clock?: Clock; readonly maxAgeSeconds?: number } = {},
): Promise<TokenIssuer> => {
  const { clock = systemClock, maxAgeSeconds = 300 } = options
  let current = await firstKey()
  let published: readonly SigningKey[] = [current]

  const server = http.createServer((request, response) => {
    if (request.url !== '/oauth2/v3/certs') {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, {
      'Content-Type': 'application/json; charset=UTF-8',
      'Cache-Control': `public, max-age=${maxAgeSeconds}, must-revalidate, no-transform`,
    })
    response.end(JSON.stringify({ keys: published.map(publish) }))
  })
  const port = await listen(server)

  return {
    certsUrl: new URL(`http://127.0.0.1:${port}/oauth2/v3/certs`),
    get key() {
      return current
    },
    issue(request) {
      const claims = { ...googleClaims(request, Math.floor(clock() / 1000)), ...request.claims }
      return signToken(claims, request.key ?? current, request.algorithm)
    },
    async rotate() {
      const previous = current
      current = await newKey()
      published = [current, previous]
    },
    [Symbol.asyncDispose]: () => close(server),
  }
}
