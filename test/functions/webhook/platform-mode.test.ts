import { describe, expect, it } from 'vitest'
import { hi, serveWebhook } from './served-webhook.ts'

const environment = { IDENTITY_TOKEN_MODE: 'platform' }

type Fields = readonly (readonly [string, string])[]

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** As Cloud Run's invoker check passes a token on; with another header where one is given. */
const withoutSignature = (genuine: Fields, header?: unknown): Fields =>
  genuine.map(([name, value]) => {
    if (name !== 'Authorization') return [name, value]
    const [first = '', second = ''] = value.slice('Bearer '.length).split('.')
    return [name, `Bearer ${header === undefined ? first : base64url(header)}.${second}.SIGNATURE_REMOVED_BY_GOOGLE`]
  })

describe('with IDENTITY_TOKEN_MODE=platform', () => {
  it('a token whose signature Cloud Run has removed is accepted, and the log says at start who verifies', async () => {
    await using webhook = await serveWebhook({ environment })
    const { status } = await webhook.send({ headers: withoutSignature(webhook.genuine), body: JSON.stringify(hi) })
    expect(status).toBe(200)
    expect(webhook.entries[0]).toMatchObject({ severity: 'WARNING', message: 'identity tokens are not verified here' })
  })

  it.each<[string, string, (genuine: Fields) => Fields]>([
    ['a token with its signature: nobody has verified it', 'token_signature_present', genuine => genuine],
    ['a token of another algorithm', 'token_algorithm', genuine => withoutSignature(genuine, { alg: 'none' })],
    [
      'a token beside the one that Cloud Run looks at',
      'token_duplicated',
      genuine => [...withoutSignature(genuine), ['X-Serverless-Authorization', 'Bearer another']],
    ],
  ])('%s is refused', async (_, code, forge) => {
    await using webhook = await serveWebhook({ environment })
    const { status } = await webhook.send({ headers: forge(webhook.genuine), body: JSON.stringify(hi) })
    expect(status).toBe(401)
    expect(webhook.entries.at(-1)?.fields).toMatchObject({ code })
  })
})
