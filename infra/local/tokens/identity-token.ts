import { createHmac, generateKeyPair, type KeyObject, sign } from 'node:crypto'
import { promisify } from 'node:util'
import type { JsonObject } from '../../../shared/runtime/json.ts'

/** A key that Google would sign with, by its id. */
export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

/** RFC 7515 §4.1.1; those an attacker would try beside the one that Google uses. */
export type Algorithm = 'RS256' | 'HS256' | 'none'

export const generateSigningKey = async (kid: string): Promise<SigningKey> => ({
  kid,
  ...(await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })),
})

const base64url = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const signature = (algorithm: Algorithm, input: string, { privateKey, publicKey }: SigningKey): string => {
  switch (algorithm) {
    case 'RS256':
      return sign('RSA-SHA256', Buffer.from(input), privateKey).toString('base64url')
    case 'HS256':
      // The public key as a shared secret: what a verifier falls for that lets the token choose. RFC 8725 §2.1.
      return createHmac('sha256', publicKey.export({ type: 'spki', format: 'pem' }))
        .update(input)
        .digest('base64url')
    case 'none':
      return ''
  }
}

/** Writes a JSON Web Token in the compact serialization. RFC 7519, RFC 7515 §7.1. */
export const signToken = (claims: JsonObject, key: SigningKey, algorithm: Algorithm = 'RS256'): string => {
  const input = `${base64url({ alg: algorithm, kid: key.kid, typ: 'JWT' })}.${base64url(claims)}`
  return `${input}.${signature(algorithm, input, key)}`
}
