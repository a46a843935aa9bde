import { randomBytes } from 'node:crypto'
import { SignJWT } from 'jose'
import { describe, expect, it, vi } from 'vitest'
import { defineIntent } from '../../../functions/webhook/define-intent.ts'
import { reply } from '../../../shared/dialogflow/reply.ts'
import { hi, serveWebhook } from './served-webhook.ts'

const key = randomBytes(32)
const keyring = JSON.stringify({ active: 'k1', keys: { k1: key.toString('base64') } })
const environment = {
  AUTHENTICATION_SERVICES: 'env:SERVICES',
  SERVICES: '{"services":[]}',
  AUTH_BASE_URL: 'https://auth.example',
  TOKEN_KEYS: 'env:KEYRING',
  SESSION_KEYS: 'env:KEYRING',
  KEYRING: keyring,
}

/** Says whom it was told. */
const intents = [
  defineIntent({
    displayName: 'Default Welcome Intent',
    idempotent: true,
    handle: (_turn, { withProvenUser }) =>
      withProvenUser(({ service, subject }) => reply().text(`${service} ${subject}`)),
  }),
]

type Claims = { aud?: string; sid?: string; iss?: string; exp?: number }

/** A session token as another implementation makes it. */
const token = ({
  aud = 'projects/my-project/agent',
  sid = hi.session,
  iss = 'https://auth.example',
  exp,
}: Claims = {}) =>
  new SignJWT({ sid, service: 'shop' })
    .setProtectedHeader({ alg: 'HS256', typ: 'session+jwt', kid: 'k1' })
    .setIssuer(iss)
    .setAudience(aud)
    .setSubject('alice')
    .setIssuedAt()
    .setExpirationTime(exp ?? '1h')
    .sign(key)

const callWith = (sessionToken: unknown) => ({
  ...hi,
  queryResult: {
    ...hi.queryResult,
    outputContexts: [
      { name: `${hi.session}/contexts/session`, lifespanCount: 5, parameters: { session_token: sessionToken } },
    ],
  },
})

const textOf = (body: string): string => JSON.parse(body).fulfillmentText

describe('an intent that asks for a proven user', () => {
  it('is told whom the session token proves', async () => {
    await using webhook = await serveWebhook({ intents, environment })
    expect(textOf((await webhook.call(callWith(await token()))).body)).toBe('shop alice')
  })

  it('takes the token from the payload too', async () => {
    await using webhook = await serveWebhook({ intents, environment })
    const originalDetectIntentRequest = { payload: { session_token: await token() } }
    expect(textOf((await webhook.call({ ...hi, originalDetectIntentRequest })).body)).toBe('shop alice')
  })

  it.each<[string, string, () => unknown]>([
    ['there is no token', 'session_token_missing', () => undefined],
    ['it is no text', 'session_token_missing', () => ({ injected: true })],
    ['it is of another session', 'session_token_session', () => token({ sid: `${hi.session}9` })],
    ['it is of another agent', 'session_token_agent', () => token({ aud: 'projects/other/agent' })],
    ['somebody else issued it', 'session_token_issuer', () => token({ iss: 'https://other.example' })],
    ['it has expired', 'session_token_expired', () => token({ exp: Math.floor(Date.now() / 1000) - 1 })],
    [
      'it was changed',
      'session_token_signature',
      async () => (await token()).replace(/.$/, last => (last === 'A' ? 'Q' : 'A')),
    ],
  ])('is not run when %s', async (_, code, make) => {
    await using webhook = await serveWebhook({ intents, environment })
    const answer = await webhook.call(callWith(await make()))
    expect(textOf(answer.body)).toMatch(/^Please sign in/)
    expect(webhook.entries).toContainEqual(
      expect.objectContaining({
        severity: 'WARNING',
        message: 'no proven user',
        fields: expect.objectContaining({ code }),
      }),
    )
  })

  it('is not run where no session keys are configured', async () => {
    await using webhook = await serveWebhook({ intents })
    expect(textOf((await webhook.call(callWith(await token()))).body)).toMatch(/^Please sign in/)
  })
})

describe('an account', () => {
  const services = JSON.stringify({
    services: [
      {
        name: 'google-calendar',
        grantType: 'AUTHORIZATION_CODE',
        identityProvider: 'google',
        clientId: 'client',
        clientSecret: 'env:CLIENT_SECRET',
        scopes: ['openid'],
      },
    ],
  })
  /** Says whose sign-in is cancelled: somebody else's is not. */
  const ask = (sessionToken: unknown, queryText: string, responseId: string) => {
    const call = callWith(sessionToken)
    const intent = { displayName: 'account.next_meeting' }
    return { ...call, responseId, queryResult: { ...call.queryResult, queryText, intent } }
  }

  it('is that of the user whom the session token proves, not the session’s', async () => {
    await using webhook = await serveWebhook({ environment: { ...environment, SERVICES: services } })
    const offered = await webhook.call(ask(await token(), 'my next meeting', 'r1'))
    expect(offered.body).toContain('https://auth.example/link/')
    const byNobody = await webhook.call(ask(undefined, 'cancel', 'r2'))
    expect(byNobody.body).toContain('/link/')
    const byUser = await webhook.call(ask(await token(), 'cancel', 'r3'))
    expect(byUser.body).toContain('You are not signed in')
  })

  it('stays that of whoever brings the end of a sign-in, though the token of the interrupted turn has expired', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      await using webhook = await serveWebhook({ environment: { ...environment, SERVICES: services } })
      const expiring = await token({ exp: Math.floor(Date.now() / 1000) + 60 })
      await webhook.call(ask(expiring, 'my next meeting', 'r1'))
      vi.setSystemTime(Date.now() + 120_000)
      const { body } = await webhook.call(ask(await token(), 'cancel', 'r2'))
      expect(body).toContain('You are not signed in')
    } finally {
      vi.useRealTimers()
    }
  })
})

describe('the configuration of accounts', () => {
  it.each(['AUTHENTICATION_SERVICES', 'AUTH_BASE_URL', 'TOKEN_KEYS', 'SESSION_KEYS'])(
    'is whole: not without %s',
    async variable => {
      const { [variable]: _, ...partial } = { ...environment } as Record<string, string>
      await expect(serveWebhook({ intents, environment: partial })).rejects.toThrow(`${variable} is missing`)
    },
  )
})
