import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { BODY_TIMEOUT_MS } from '../../../functions/notify/notify.ts'
import { generateSigningKey } from '../../../infra/local/tokens/identity-token.ts'
import type { Sent } from '../retention/served-retention.ts'
import { accountsOf, plainReach } from './plain-reach.ts'
import {
  type NotifyEstate,
  notificationOf,
  notifyEstate,
  type ServedNotify,
  serveNotify,
  wrapped,
} from './served-notify.ts'

let estate: NotifyEstate
let verifying: ServedNotify
let trusting: ServedNotify
let dedupe = 0
const owned = new AsyncDisposableStack()

beforeAll(async () => {
  estate = owned.use(await notifyEstate())
  const reach = plainReach({ ada: [accountsOf(estate.clock.now).slack] })
  verifying = owned.use(await serveNotify(estate, reach))
  trusting = owned.use(await serveNotify(estate, reach, { IDENTITY_TOKEN_MODE: 'platform' }))
})
beforeEach(() => {
  for (const { entries } of [verifying, trusting]) entries.length = 0
})
afterAll(() => owned.disposeAsync())

/** As Cloud Run's invoker check leaves it. */
const withoutSignature = (token: string): string => token.replace(/[^.]*$/, 'SIGNATURE_REMOVED_BY_GOOGLE')
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })
const refusalIn = ({ entries }: ServedNotify) => entries.find(({ message }) => message === 'call refused')?.fields

/** A message that is delivered if only the caller is let in. */
const call = (notify: ServedNotify, { headers, ...sent }: Sent) => {
  dedupe += 1
  const body = JSON.stringify(wrapped(notificationOf({ dedupe: `${dedupe}` }), estate.clock.now))
  return notify.send({ body, ...sent, headers: { 'Content-Type': 'application/json', ...headers } })
}
const sent = () => estate.channels.slack.messages.length

describe('the caller', () => {
  test('is let in with its own token, whoever has verified it', async () => {
    const before = sent()
    expect((await call(verifying, { headers: bearer(estate.token()) })).status).toBe(200)
    expect((await call(trusting, { headers: bearer(withoutSignature(estate.token())) })).status).toBe(200)
    expect(sent()).toBe(before + 2)
  })

  test.each([
    ['no token', {}, 401, 'token_missing'],
    ['a password', { headers: { Authorization: 'Basic dXNlcjpwYXNzd29yZA==' } }, 401, 'token_scheme'],
    ['an access token', { headers: bearer('ya29.abcdefghijklmnop') }, 401, 'token_opaque'],
    ['two tokens', { headers: { Authorization: ['Bearer a.b.c', 'Bearer a.b.c'] } }, 401, 'token_duplicated'],
    ['GET', { method: 'GET' }, 405, 'method_not_allowed'],
    ['a header that looks alike', { headers: { Content_Length: '1' } }, 403, 'header_lookalike'],
  ] as const)('is refused with %s, and nothing is sent', async (_, request, status, code) => {
    const before = sent()
    for (const notify of [verifying, trusting]) {
      expect((await call(notify, request)).status).toBe(status)
      expect(refusalIn(notify)).toMatchObject({ status, code })
    }
    expect(sent()).toBe(before)
  })

  test.each([
    ['for another service', { audience: 'https://notify.example/' }, 401, 'token_audience'],
    [
      'of another account',
      { serviceAgent: 'call-retention@example.iam.gserviceaccount.com' },
      403,
      'token_service_agent',
    ],
    ['of an unverified address', { claims: { email_verified: false } }, 401, 'token_email_unverified'],
    ['of another issuer', { claims: { iss: 'https://issuer.example' } }, 401, 'token_issuer'],
    ['that has expired', { claims: { iat: 1, exp: 3601 } }, 401, 'token_expired'],
  ] as const)('is refused with a token %s, whoever has verified it', async (_, request, status, code) => {
    const before = sent()
    const token = estate.token(request)
    expect((await call(verifying, { headers: bearer(token) })).status).toBe(status)
    expect((await call(trusting, { headers: bearer(withoutSignature(token)) })).status).toBe(status)
    for (const notify of [verifying, trusting]) expect(refusalIn(notify)).toMatchObject({ status, code })
    expect(sent()).toBe(before)
  })

  test('is refused with a token that somebody else has signed, or nobody', async () => {
    const before = sent()
    const forged = estate.token({ key: await generateSigningKey('1') })
    expect((await call(verifying, { headers: bearer(forged) })).status).toBe(401)
    expect((await call(verifying, { headers: bearer(estate.token({ algorithm: 'none' })) })).status).toBe(401)
    expect((await call(verifying, { headers: bearer(withoutSignature(estate.token())) })).status).toBe(401)
    expect((await call(trusting, { headers: bearer(estate.token()) })).status).toBe(401)
    expect(sent()).toBe(before)
  })

  test('learns nothing of why, and the operator what to look at', async () => {
    const token = estate.token({ audience: 'https://other.example' })
    const { body, headers } = await call(verifying, { headers: bearer(token) })
    expect(JSON.parse(body)).toEqual({ error: { code: 401, status: 'UNAUTHENTICATED', message: expect.any(String) } })
    expect(body).not.toContain('other.example')
    expect(headers).toMatchObject({ 'www-authenticate': 'Bearer', connection: 'close' })
    expect(refusalIn(verifying)).toMatchObject({ hint: expect.stringContaining('NOTIFY_AUDIENCES') })
    expect(JSON.stringify(verifying.entries)).not.toMatch(/Dialogflow|WEBHOOK_/)
  })
})

describe('a body', () => {
  const headers = () => bearer(estate.token())

  test('is not waited for before its caller is known', async () => {
    // Announced, and never sent: it would be waited for until its time is over.
    const sentAt = performance.now()
    const { status } = await verifying.send({ headers: { 'Content-Length': '100000' } })
    expect(status).toBe(401)
    expect(performance.now() - sentAt).toBeLessThan(BODY_TIMEOUT_MS)
  })

  test('that is too large is refused, and not by Pub/Sub’s patience alone', async () => {
    const body = JSON.stringify({ ...wrapped(notificationOf(), estate.clock.now), pad: 'x'.repeat(256 * 1024) })
    expect((await call(verifying, { headers: headers(), body })).status).toBe(413)
    expect(refusalIn(verifying)).toMatchObject({
      code: 'body_too_large',
      hint: expect.not.stringContaining('Dialogflow'),
    })
  })

  test('may hold the largest notification with the most attributes that there can be', async () => {
    const largest = wrapped(notificationOf({ text: '\u0001'.repeat(4000), dedupe: 'largest' }), estate.clock.now)
    const attributes = Object.fromEntries(
      Array.from({ length: 100 }, (_, index) => [`${index}`.padEnd(256, 'k'), 'v'.repeat(1024)]),
    )
    const body = JSON.stringify({ ...largest, message: { ...largest.message, attributes } })
    expect((await call(verifying, { headers: headers(), body })).status).toBe(200)
  })

  test.each([
    ['no JSON', '{"message":'],
    ['bytes', Buffer.from([0xff, 0x00, 0xc0, 0xaf])],
    ['nothing', ''],
    ['a bomb of brackets', '['.repeat(100_000)],
    ['no notification', JSON.stringify(wrapped({ text: 'Hi' }, 0))],
  ])('that is %s is refused with 400, for the dead letters, and the log says why without its text', async (_, body) => {
    const before = sent()
    expect((await call(verifying, { headers: headers(), body })).status).toBe(400)
    expect(verifying.entries).toMatchObject([
      { severity: 'ERROR', message: 'call refused', fields: { status: 400, hint: expect.stringContaining('dedupe') } },
    ])
    expect(sent()).toBe(before)
  })
})
