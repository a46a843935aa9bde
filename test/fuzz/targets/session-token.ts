import assert from 'node:assert/strict'
import { createHmac, createSecretKey } from 'node:crypto'
import { verifySessionToken } from '../../../shared/verification/session-token.ts'
import { NOW } from '../genuine.ts'
import { tokenMutators } from '../mutate-token.ts'
import type { FuzzTarget } from '../target.ts'

const key = createSecretKey(Buffer.alloc(32, 'k'))

const expected = {
  issuer: 'https://auth.example',
  agent: 'projects/travel-desk/agent',
  session: 'projects/travel-desk/agent/sessions/s1',
  keys: new Map([['one', key]]),
}

const iat = NOW / 1000
const genuineHeader = { alg: 'HS256', typ: 'session+jwt', kid: 'one' }
const genuineClaims = {
  iss: expected.issuer,
  aud: expected.agent,
  sid: expected.session,
  sub: 'c7a1f0e2b9d4',
  service: 'oci',
  iat,
  exp: iat + 3600,
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const hmac = (text: string): string => createHmac('sha256', key).update(text).digest('base64url')
const signed = (text: string): string => `${text}.${hmac(text)}`

/** A token with our own signature: what of it is believed is what we say of its user. */
const assertGenuine = (token: string) => {
  const [first = '', payload = '', signature] = token.split('.')
  assert.equal(signature, hmac(`${first}.${payload}`), 'believed without a good signature')
  const { alg, typ, kid, crit } = JSON.parse(Buffer.from(first, 'base64url').toString())
  assert.deepEqual({ alg, typ, kid, crit }, { ...genuineHeader, crit: undefined }, 'believed with another header')
  const { iss, aud, sid, exp, ...others } = JSON.parse(Buffer.from(payload, 'base64url').toString())
  assert.deepEqual(
    { iss, aud, sid },
    { iss: expected.issuer, aud: expected.agent, sid: expected.session },
    'believed elsewhere',
  )
  assert.ok(others.iat <= iat + 60 && iat < exp, 'believed at another time')
}

export const sessionToken: FuzzTarget = {
  name: 'session-token',
  promise: 'a session token is believed with our signature over exactly its bytes, for this session, now',
  maxLength: 3 * 1024,
  seeds: () => [
    Buffer.from(signed(`${encode(genuineHeader)}.${encode(genuineClaims)}`)),
    Buffer.from(`${encode(genuineHeader)}.${encode({ ...genuineClaims, exp: iat - 1 })}.c2ln`),
  ],
  mutators: tokenMutators,
  words: ['shared/verification/session-token.ts', 'shared/verification/json-web-token.ts'],
  check(input) {
    const text = input.toString('latin1')
    const [first = '', payload = ''] = text.split('.')
    const outcomes = [text, signed(`${first}.${payload}`)].map(token => {
      const outcome = verifySessionToken(token, expected, NOW)
      if (outcome.ok) assertGenuine(token)
      return outcome.ok
        ? 'believed'
        : JSON.stringify([outcome.error.code, 'reason' in outcome.error && outcome.error.reason])
    })
    return outcomes.join(' ')
  },
}
