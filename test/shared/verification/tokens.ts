import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { ok } from '../../../shared/runtime/result.ts'
import type { IdentityTokenPolicy } from '../../../shared/verification/identity-token.ts'
import type { KeySource } from '../../../shared/verification/key-source.ts'
import { Remembered } from '../../../shared/verification/remembered.ts'
import { AUDIENCE, NOW, SERVICE_AGENT } from './call.ts'

const seconds = NOW / 1000

export const KID = '6ed66c1cbd41bfb9ab2d8fc1ee5e2dae'

/** The pair whose public half counts as Google's. */
export const google = generateKeyPairSync('rsa', { modulusLength: 2048 })

export const keysOf = (keys: Readonly<Record<string, KeyObject>>): KeySource => ({
  find: async kid => ok(keys[kid]),
  prefetch: async () => {},
})

export const genuineHeader = { alg: 'RS256', kid: KID, typ: 'JWT' }

export const genuineClaims = {
  iss: 'https://accounts.google.com',
  aud: AUDIENCE,
  azp: '112233445566778899000',
  sub: '112233445566778899000',
  email: SERVICE_AGENT,
  email_verified: true,
  iat: seconds - 600,
  exp: seconds + 3000,
}

/** JSON in base64url. */
export const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

export const signed = (signingInput: string, key: KeyObject = google.privateKey): string =>
  `${signingInput}.${sign('RSA-SHA256', Buffer.from(signingInput), key).toString('base64url')}`

/** A genuine token but for these claims and header parameters; one that is `undefined` is left out. */
export const tokenWith = (claims: object = {}, header: object = {}, key?: KeyObject): string =>
  signed(`${encode({ ...genuineHeader, ...header })}.${encode({ ...genuineClaims, ...claims })}`, key)

/** A policy that accepts the genuine token, with an empty memory. */
export const tokenPolicy = (changes: Partial<IdentityTokenPolicy> = {}, clock = () => NOW): IdentityTokenPolicy => ({
  audiences: [AUDIENCE],
  serviceAgents: [SERVICE_AGENT],
  remembered: new Remembered(10, clock),
  mode: 'verify',
  keys: keysOf({ [KID]: google.publicKey }),
  ...changes,
})
