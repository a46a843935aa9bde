import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { generateSigningKey } from '../../../infra/local/tokens/identity-token.ts'
import {
  DAY_MS,
  linkUsers,
  type RetentionEstate,
  retentionEstate,
  type ServedRetention,
  serveRetention,
} from './served-retention.ts'

let estate: RetentionEstate
let verifying: ServedRetention
let trusting: ServedRetention
const owned = new AsyncDisposableStack()

beforeAll(async () => {
  estate = owned.use(await retentionEstate())
  verifying = owned.use(await serveRetention(estate))
  trusting = owned.use(await serveRetention(estate, { IDENTITY_TOKEN_MODE: 'platform' }))
})
beforeEach(() => {
  for (const { entries } of [verifying, trusting]) entries.length = 0
})
afterAll(() => owned.disposeAsync())

/** As Cloud Run's invoker check leaves it. */
const withoutSignature = (token: string): string => token.replace(/[^.]*$/, 'SIGNATURE_REMOVED_BY_GOOGLE')
const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })
const ran = ({ entries }: ServedRetention): boolean => entries.some(({ message }) => message.startsWith('purged'))
const refusalIn = ({ entries }: ServedRetention) => entries.find(({ message }) => message === 'call refused')?.fields

describe('the caller', () => {
  test('is let in with its own token, whoever has verified it', async () => {
    expect((await verifying.send(bearer(estate.token()))).status).toBe(200)
    expect((await trusting.send(bearer(withoutSignature(estate.token())))).status).toBe(200)
    expect([ran(verifying), ran(trusting)]).toEqual([true, true])
  })

  test.each([
    ['no token', {}, 401, 'token_missing'],
    ['a password', { headers: { Authorization: 'Basic dXNlcjpwYXNzd29yZA==' } }, 401, 'token_scheme'],
    ['an access token', bearer('ya29.abcdefghijklmnop'), 401, 'token_opaque'],
    ['two tokens', { headers: { Authorization: ['Bearer a.b.c', 'Bearer a.b.c'] } }, 401, 'token_duplicated'],
    ['GET', { method: 'GET' }, 405, 'method_not_allowed'],
    ['a header that looks alike', { headers: { Content_Length: '1' } }, 403, 'header_lookalike'],
  ] as const)('is refused with %s', async (_, sent, status, code) => {
    for (const retention of [verifying, trusting]) {
      expect((await retention.send(sent)).status).toBe(status)
      expect(refusalIn(retention)).toMatchObject({ status, code })
      expect(ran(retention)).toBe(false)
    }
  })

  test.each([
    ['for another service', { audience: 'https://retention.example/' }, 401, 'token_audience'],
    ['of another account', { serviceAgent: 'call-notify@example.iam.gserviceaccount.com' }, 403, 'token_service_agent'],
    ['of an unverified address', { claims: { email_verified: false } }, 401, 'token_email_unverified'],
    ['of another issuer', { claims: { iss: 'https://issuer.example' } }, 401, 'token_issuer'],
    ['that has expired', { claims: { iat: 1, exp: 3601 } }, 401, 'token_expired'],
  ] as const)('is refused with a token %s, whoever has verified it', async (_, request, status, code) => {
    const token = estate.token(request)
    expect((await verifying.send(bearer(token))).status).toBe(status)
    expect((await trusting.send(bearer(withoutSignature(token)))).status).toBe(status)
    for (const retention of [verifying, trusting]) {
      expect(refusalIn(retention)).toMatchObject({ status, code })
      expect(ran(retention)).toBe(false)
    }
  })

  test('is refused with a token that somebody else has signed, or nobody', async () => {
    const forged = estate.token({ key: await generateSigningKey('1') })
    expect((await verifying.send(bearer(forged))).status).toBe(401)
    expect((await verifying.send(bearer(estate.token({ algorithm: 'none' })))).status).toBe(401)
    expect(ran(verifying)).toBe(false)
  })

  test('is refused where the signature is gone that we verify, or there that the platform should have', async () => {
    expect((await verifying.send(bearer(withoutSignature(estate.token())))).status).toBe(401)
    expect(refusalIn(verifying)).toMatchObject({ code: 'token_signature_removed' })
    expect((await trusting.send(bearer(estate.token()))).status).toBe(401)
    expect(refusalIn(trusting)).toMatchObject({ code: 'token_signature_present' })
  })

  test('learns nothing of why, and the operator what to look at', async () => {
    const { body, headers } = await verifying.send(bearer(estate.token({ audience: 'https://other.example' })))
    expect(JSON.parse(body)).toEqual({ error: { code: 401, status: 'UNAUTHENTICATED', message: expect.any(String) } })
    expect(body).not.toContain('other.example')
    expect(headers).toMatchObject({ 'www-authenticate': 'Bearer', connection: 'close' })
    expect(refusalIn(verifying)).toMatchObject({
      evidence: { observed: 'https://other.example' },
      hint: expect.stringContaining('RETENTION_AUDIENCES'),
    })
    expect(JSON.stringify(verifying.entries)).not.toMatch(/Dialogflow|WEBHOOK_/)
  })
})

describe('the body', () => {
  test.each([
    ['no JSON', '{"purge":', 'application/json'],
    ['a wish', '{"limit":0,"force":true,"collections":["grants"]}', 'application/json'],
    ['much too much', Buffer.alloc(4 * 1024 * 1024, '['), 'application/json'],
    ['bytes', Buffer.from([0xff, 0x00, 0xc0, 0xaf]), 'application/octet-stream'],
    ['no gzip', 'not gzip', 'application/json'],
  ])('says nothing to us: %s', async (_, body, type) => {
    const headers = { Authorization: `Bearer ${estate.token()}`, 'Content-Type': type, 'Content-Encoding': 'gzip' }
    const { status, body: answer } = await verifying.send({ headers, body })
    expect(status).toBe(200)
    expect(JSON.parse(answer)).toMatchObject({ more: false })
  })
})

test('a caller who is refused has purged nothing', async () => {
  await using other = await retentionEstate()
  await using retention = await serveRetention(other)
  await linkUsers(other)
  other.clock.now += 31 * DAY_MS
  await retention.send({})
  expect(await retention.run()).toMatchObject({ answer: { purged: { grants: 1 } } })
})
