import assert from 'node:assert/strict'
import { verify } from 'node:crypto'
import { Headers } from '../../../shared/verification/headers.ts'
import { identityToken } from '../../../shared/verification/identity-token.ts'
import { Remembered } from '../../../shared/verification/remembered.ts'
import { corpusTokens } from '../corpora.ts'
import { claims, clock, token as genuineToken, header, key, NOW, newPolicy } from '../genuine.ts'
import { tokenMutators } from '../mutate-token.ts'
import type { FuzzTarget } from '../target.ts'

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Believed without a signature of its own: where Cloud Run has verified it, and taken it away. */
const platform = {
  audiences: [claims.aud],
  serviceAgents: [claims.email],
  mode: 'platform',
} as const

const ask = (token: string, removed: boolean) => {
  const headers = new Headers(['Authorization', `Bearer ${token}`])
  const policy = removed ? { ...platform, remembered: new Remembered<never>(10, clock) } : newPolicy().token
  return identityToken({ method: 'POST', headers }, { token: policy, clock })
}

const assertGenuine = (token: string) => {
  const end = token.lastIndexOf('.')
  const signature = Buffer.from(token.slice(end + 1), 'base64url')
  assert.ok(verify('RSA-SHA256', Buffer.from(token.slice(0, end)), key, signature), 'believed without a good signature')
  assert.equal(token, genuineToken, 'believed in another spelling')
}

const assertClaims = (payload: string) => {
  const {
    iss,
    aud,
    email,
    email_verified,
    iat,
    exp,
    nbf = 0,
  } = JSON.parse(Buffer.from(payload, 'base64url').toString())
  assert.ok(['accounts.google.com', 'https://accounts.google.com'].includes(iss), 'believed of another issuer')
  assert.deepEqual([aud, email, email_verified], [claims.aud, claims.email, true], 'believed for another purpose')
  const now = NOW / 1000
  assert.ok(iat <= now + 60 && nbf <= now + 60 && now < exp + 60 && exp - iat <= 86_400, 'believed at another time')
}

export const token: FuzzTarget = {
  name: 'token',
  promise: 'an identity token is believed with a good signature over exactly its bytes, and with exactly our claims',
  maxLength: 9 * 1024,
  seeds: () => [
    Buffer.from(genuineToken),
    Buffer.from(`${encode(header)}.${encode({ ...claims, iss: 'accounts.google.com', nbf: claims.iat })}.c2ln`),
    Buffer.from('ya29.an-access-token'),
    ...corpusTokens(),
  ],
  mutators: tokenMutators,
  words: ['shared/verification'],
  async check(input) {
    // Blanks before it would belong to the scheme: RFC 6750 §2.1.
    const text = input.toString('latin1').replace(/^ +/, '')
    const verified = await ask(text, false)
    if (verified.ok) assertGenuine(text)
    const [first = '', payload = ''] = text.split('.')
    const removed = await ask(`${first}.${payload}.SIGNATURE_REMOVED_BY_GOOGLE`, true)
    if (removed.ok) assertClaims(payload)
    return [verified, removed]
      .map(({ ok, ...result }) =>
        'error' in result
          ? JSON.stringify([result.error.code, 'reason' in result.error && result.error.reason])
          : 'believed',
      )
      .join(' ')
  },
}
