import { createRemoteJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { afterAll, describe, expect, onTestFinished, test } from 'vitest'
import { defectiveTokens, type TokenDefect } from '../../../../infra/local/tokens/defective-tokens.ts'
import { startTokenIssuer } from '../../../../infra/local/tokens/token-issuer.ts'

const NOW = Date.parse('2026-11-21T12:00:00Z')
const genuine = {
  audience: 'https://localhost:8443/webhook',
  serviceAgent: 'service-123456789012@gcp-sa-dialogflow.iam.gserviceaccount.com',
}

const issuer = await startTokenIssuer()
afterAll(() => issuer[Symbol.asyncDispose]())

/** An independent verifier that asks for what Google's documentation says. */
const verify = (token: string, certsUrl = issuer.certsUrl, currentDate = new Date()) =>
  jwtVerify(token, createRemoteJWKSet(certsUrl), {
    algorithms: ['RS256'],
    issuer: 'https://accounts.google.com',
    audience: genuine.audience,
    currentDate,
  })

test("a token has the claims of a Google service agent's, an hour long", async () => {
  const frozen = await startTokenIssuer({ clock: () => NOW })
  onTestFinished(() => frozen[Symbol.asyncDispose]())
  const { payload, protectedHeader } = await verify(frozen.issue(genuine), frozen.certsUrl, new Date(NOW))
  expect(payload).toEqual({
    iss: 'https://accounts.google.com',
    aud: genuine.audience,
    email: genuine.serviceAgent,
    email_verified: true,
    azp: expect.stringMatching(/^\d{21}$/),
    sub: payload.azp,
    iat: NOW / 1000,
    exp: NOW / 1000 + 3600,
  })
  expect(protectedHeader).toEqual({ alg: 'RS256', kid: expect.stringMatching(/^[0-9a-f]{40}$/), typ: 'JWT' })
})

test('the keys are published as Google publishes them', async () => {
  const response = await fetch(issuer.certsUrl)
  expect(issuer.certsUrl.pathname).toBe('/oauth2/v3/certs')
  expect(response.headers.get('cache-control')).toBe('public, max-age=300, must-revalidate, no-transform')
  expect(await response.json()).toEqual({
    keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig', e: 'AQAB', kid: issuer.key.kid, n: expect.any(String) }],
  })
  expect((await fetch(new URL('/', issuer.certsUrl))).status).toBe(404)
})

test('after a rotation a new key signs, and the one before stays valid, but not the one before that', async () => {
  const rotating = await startTokenIssuer()
  onTestFinished(() => rotating[Symbol.asyncDispose]())
  const before = rotating.issue(genuine)
  await rotating.rotate()
  const after = rotating.issue(genuine)
  expect(decodeProtectedHeader(after).kid).not.toBe(decodeProtectedHeader(before).kid)
  await verify(before, rotating.certsUrl)
  await verify(after, rotating.certsUrl)
  await rotating.rotate()
  await verify(after, rotating.certsUrl)
  await expect(verify(before, rotating.certsUrl)).rejects.toThrow(errors.JWKSNoMatchingKey)
})

describe('a defective token is refused by an independent verifier', () => {
  test.each<[TokenDefect, RegExp]>([
    ['wrong-audience', /"aud"/],
    ['other-issuer', /"iss"/],
    ['expired-token', /"exp"/],
    ['algorithm-none', /"alg"/],
    ['algorithm-hs256', /"alg"/],
    ['unknown-key', /no applicable key/],
    ['forged-signature', /signature verification failed/],
    ['signature-removed', /signature verification failed/],
    ['access-token', /Invalid Compact JWS/],
  ])('%s', async (defect, reason) => {
    await expect(verify(await defectiveTokens[defect](issuer, genuine))).rejects.toThrow(reason)
  })

  test.each<[TokenDefect, object]>([
    ['other-agent', { email: 'service-999999999999@gcp-sa-dialogflow.iam.gserviceaccount.com', email_verified: true }],
    ['email-unverified', { email: genuine.serviceAgent, email_verified: false }],
    ['future-token', { iat: expect.closeTo(Date.now() / 1000 + 3600, -2) }],
  ])('or has the one defect that such a verifier leaves to others: %s', async (defect, claims) => {
    const { payload } = await verify(await defectiveTokens[defect](issuer, genuine))
    expect(payload).toMatchObject({ aud: genuine.audience, ...claims })
  })

  test("signature-removed ends in Google's placeholder, over the claims as they were", () => {
    const [header, payload, signature] = defectiveTokens['signature-removed'](issuer, genuine).split('.')
    expect(JSON.parse(String(Buffer.from(header ?? '', 'base64url')))).toMatchObject({ alg: 'RS256' })
    expect(JSON.parse(String(Buffer.from(payload ?? '', 'base64url')))).toMatchObject({ aud: genuine.audience })
    expect(signature).toBe('SIGNATURE_REMOVED_BY_GOOGLE')
  })
})
