import { generateSigningKey } from './identity-token.ts'
import type { TokenIssuer, TokenRequest } from './token-issuer.ts'

const HOUR = 3600

const now = (): number => Math.floor(Date.now() / 1000)

/** The address of another project's agent. */
export const OTHER_AGENT = 'service-999999999999@gcp-sa-dialogflow.iam.gserviceaccount.com'

/** Tokens with one defect each; everything else about them is as `genuine` has it. */
export const defectiveTokens = {
  'wrong-audience': (issuer, genuine) => issuer.issue({ ...genuine, audience: 'https://other.example.com/webhook' }),
  'other-agent': (issuer, genuine) => issuer.issue({ ...genuine, serviceAgent: OTHER_AGENT }),
  'email-unverified': (issuer, genuine) => issuer.issue({ ...genuine, claims: { email_verified: false } }),
  'other-issuer': (issuer, genuine) => issuer.issue({ ...genuine, claims: { iss: 'https://accounts.example.com' } }),
  'expired-token': (issuer, genuine) =>
    issuer.issue({ ...genuine, claims: { iat: now() - 2 * HOUR, exp: now() - HOUR } }),
  'future-token': (issuer, genuine) =>
    issuer.issue({ ...genuine, claims: { iat: now() + HOUR, exp: now() + 2 * HOUR } }),
  'algorithm-none': (issuer, genuine) => issuer.issue({ ...genuine, algorithm: 'none' }),
  'algorithm-hs256': (issuer, genuine) => issuer.issue({ ...genuine, algorithm: 'HS256' }),
  'unknown-key': async (issuer, genuine) =>
    issuer.issue({ ...genuine, key: await generateSigningKey('0000000000000000000000000000000000000000') }),
  'forged-signature': async (issuer, genuine) =>
    issuer.issue({ ...genuine, key: await generateSigningKey(issuer.key.kid) }),
  // What Cloud Run's invoker check leaves of a token that it has verified.
  'signature-removed': (issuer, genuine) => issuer.issue(genuine).replace(/[^.]*$/, 'SIGNATURE_REMOVED_BY_GOOGLE'),
  'access-token': () => `ya29.${'c'.repeat(200)}`,
} satisfies Record<string, (issuer: TokenIssuer, genuine: TokenRequest) => string | Promise<string>>

export type TokenDefect = keyof typeof defectiveTokens
