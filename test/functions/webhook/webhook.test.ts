import http from 'node:http'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createDevelopmentCa } from '../../../infra/local/certificates/development-ca.ts'
import { reply } from '../../../shared/dialogflow/reply.ts'
import { defineIntent } from '../../../shared/intents/define-intent.ts'
import { corpora, dialogflowBodies, readCorpus } from '../../fixtures/corpora.ts'
import { hi, SERVICE_AGENT, serveWebhook } from './served-webhook.ts'

const errorOf = (body: string): unknown => JSON.parse(body).error

describe('a genuine call', () => {
  it('is answered in the dialect of ES', async () => {
    await using webhook = await serveWebhook()
    const answer = await webhook.call(hi)
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(JSON.parse(answer.body).fulfillmentMessages[0].text.text[0]).toMatch(/^Hello!/)
  })

  it('is answered in the dialect of CX, in the language of the turn', async () => {
    await using webhook = await serveWebhook()
    const answer = await webhook.call({
      detectIntentResponseId: 'r-1',
      languageCode: 'fr-CA',
      text: 'Salut',
      fulfillmentInfo: { tag: 'welcome' },
      sessionInfo: { session: 'projects/p/locations/global/agents/a/sessions/s' },
    })
    expect(JSON.parse(answer.body).fulfillmentResponse.messages[0].text.text[0]).toMatch(/^Bonjour !/)
  })

  it('is logged with each proof and its intent, and without a word of the user', async () => {
    await using webhook = await serveWebhook()
    await webhook.call({ ...hi, queryResult: { ...hi.queryResult, queryText: 'my secret words' } })
    expect(webhook.entries.at(-1)).toMatchObject({
      severity: 'INFO',
      message: 'call accepted',
      fields: {
        proofs: {
          attestation: 'matched',
          peerCertificate: { profile: 'sslcom', subject: 'Google LLC' },
          identityToken: { audience: 'https://webhook.example/dialogflow' },
        },
        dialect: 'es',
        intent: 'Default Welcome Intent',
        outcome: 'answered',
      },
    })
    expect(JSON.stringify(webhook.entries)).not.toContain('my secret words')
  })

  it("leaves the agent's own response when nobody handles its intent, and warns", async () => {
    await using webhook = await serveWebhook()
    const answer = await webhook.call({ ...hi, queryResult: { intent: { displayName: 'Nobody’s' } } })
    expect(answer).toMatchObject({ status: 200, body: '{}' })
    expect(webhook.entries.some(({ severity, message }) => severity === 'WARNING' && message.includes('nobody'))).toBe(
      true,
    )
  })

  it('gets the first answer when it is delivered twice, and runs the handler once', async () => {
    let runs = 0
    const counting = defineIntent({ displayName: 'Default Welcome Intent', handle: () => reply().text(String(++runs)) })
    await using webhook = await serveWebhook({ intents: [counting] })
    const answers = await Promise.all([webhook.call(hi), webhook.call(hi)])
    answers.push(await webhook.call(hi))
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    expect(runs).toBe(1)
  })

  it('is answered with the fallback when its handler throws, and the log has no words of the error’s', async () => {
    const failing = defineIntent({
      displayName: 'Default Welcome Intent',
      idempotent: true,
      handle: () => {
        throw new Error('broken')
      },
    })
    await using webhook = await serveWebhook({ intents: [failing] })
    const answer = await webhook.call(hi)
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body).fulfillmentMessages).toHaveLength(1)
    expect(webhook.entries).toContainEqual(expect.objectContaining({ severity: 'ERROR', message: 'handler failed' }))
  })
})

describe('the legacy certificate', () => {
  afterEach(() => {
    vi.useRealTimers()
  })

  it.each([
    { when: 'before its sunset', now: '2026-11-30T23:59:59.999Z', warnings: [] },
    {
      when: 'from its sunset on',
      now: '2026-12-01T00:00:00Z',
      warnings: [
        'legacy certificate profile still trusted after its sunset',
        'legacy certificate profile in use after its sunset',
      ],
    },
  ])('is accepted $when, with $warnings.length warnings', async ({ now, warnings }) => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(now) })
    await using webhook = await serveWebhook({ profile: 'gts-legacy', ca: await createDevelopmentCa() })
    expect((await webhook.call(hi)).status).toBe(200)
    const messages = webhook.entries.map(({ message }) => message)
    expect(messages.filter(message => message.startsWith('legacy'))).toEqual(warnings)
  })
})

describe('the project of a session', () => {
  const environment = { DIALOGFLOW_PROJECTS: 'my-project,another' }

  it('has to be one of those that are accepted', async () => {
    await using webhook = await serveWebhook({ environment })
    expect((await webhook.call(hi)).status).toBe(200)
    const foreign = await webhook.call({ ...hi, session: 'projects/foreign/agent/sessions/1' })
    expect(foreign.status).toBe(403)
    expect(webhook.entries.at(-1)?.fields).toMatchObject({
      code: 'session_project',
      evidence: { observed: 'foreign', expected: ['my-project', 'another'] },
    })
  })

  it('is brought by its own service agent', async () => {
    const other = 'service-2@gcp-sa-dialogflow.iam.gserviceaccount.com'
    const accepting = (agent: string) => ({
      DIALOGFLOW_SERVICE_AGENTS: `${SERVICE_AGENT},${other}`,
      DIALOGFLOW_PROJECTS: `my-project=${agent}`,
    })
    await using own = await serveWebhook({ environment: accepting(SERVICE_AGENT) })
    expect((await own.call(hi)).status).toBe(200)
    await using foreign = await serveWebhook({ environment: accepting(other) })
    expect((await foreign.call(hi)).status).toBe(403)
    expect(foreign.entries.at(-1)?.fields).toMatchObject({
      code: 'session_service_agent',
      evidence: { observed: SERVICE_AGENT, expected: [other] },
    })
  })

  it('has to be named', async () => {
    await using webhook = await serveWebhook({ environment })
    const { session: _, ...nameless } = hi
    expect((await webhook.call(nameless)).status).toBe(403)
  })
})

describe('bad input', () => {
  const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

  const bodies: readonly (readonly [string, string | Buffer, number])[] = [
    ['nothing', '', 400],
    ['text', 'Hi there, injected', 400],
    ['half of an object', '{"session":"injected', 400],
    ['an array', '["injected"]', 400],
    ['a string', '"injected"', 400],
    ['null', 'null', 400],
    ['an object that is no request', '{"injected":1}', 400],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 400],
    ['an object of depth 100,000', deep(100_000), 400],
    ['a list of depth 500,000', '['.repeat(500_000), 400],
    ['a key that pollutes', '{"queryResult":{"parameters":{"__proto__":{"injected":true}}}}', 400],
    ['a wrong type', '{"queryResult":{"queryText":{"injected":1}},"session":"s"}', 400],
    ['a wrong type of a list', '{"queryResult":{"outputContexts":"injected"},"session":"s"}', 400],
    ['one byte over the limit', JSON.stringify({ ...hi, x: 'i'.repeat(1024 * 1024) }), 413],
  ]

  it.each(bodies)('in the body: %s', async (_, body, status) => {
    await using webhook = await serveWebhook()
    const answer = await webhook.send({ body })
    expect(answer.status).toBe(status)
    expect(errorOf(answer.body)).toEqual({ code: status, status: 'INVALID_ARGUMENT', message: expect.any(String) })
    expect(answer.body).not.toContain('injected')
    const last = webhook.entries.at(-1)
    expect(last).toMatchObject({ message: 'call refused', fields: { status, code: expect.stringMatching(/^body_/) } })
    expect(JSON.stringify(last)).not.toContain('injected')
    expect('injected' in {}).toBe(false)
  })

  const headers: readonly (readonly [string, readonly [string, string], number])[] = [
    ['a content type that is not JSON', ['Content-Type', 'text/plain; injected'], 415],
    ['a second content type', ['content-type', 'application/json'], 415],
    ['a second token', ['authorization', 'Bearer injected'], 401],
    ['a compressed body', ['Content-Encoding', 'gzip'], 415],
    ['a look-alike', ['X_Client_Cert_Present', 'true'], 403],
    ['a second attestation', ['x-lb-attestation', 'injected'], 403],
    ['a second leaf', ['X-CLIENT-CERT-LEAF', ':aW5qZWN0ZWQ=:'], 403],
  ]

  it.each(headers)('in a header: %s', async (_, added, status) => {
    await using webhook = await serveWebhook()
    const kept = webhook.genuine.filter(([name]) => name !== added[0])
    const answer = await webhook.send({ headers: [...kept, added], body: JSON.stringify(hi) })
    expect(answer.status).toBe(status)
    expect(answer.body).not.toContain('injected')
  })

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('the method %s', async method => {
    await using webhook = await serveWebhook()
    expect(await webhook.send({ method, body: '' })).toMatchObject({ status: 405, headers: { allow: 'POST' } })
  })

  it.each([
    ['a token of 60 KB', 60_000, 401, 'token_too_large'],
    ['a token of 1 MB', 1_000_000, 400, 'request_malformed'],
  ])('%s', async (_, length, status, code) => {
    await using webhook = await serveWebhook()
    const headers = webhook.genuine.map(([name, value]) =>
      name === 'Authorization' ? ([name, `Bearer ${'a'.repeat(length)}`] as const) : ([name, value] as const),
    )
    const answer = await webhook.send({ headers }).catch((error: Error) => error)
    // The server hangs up while the megabyte is still being sent: the answer may be lost, the log entry not.
    if (!(answer instanceof Error)) expect(answer.status).toBe(status)
    expect(webhook.entries.at(-1)).toMatchObject({ fields: { status, code } })
  })

  it('asks a refused caller to authenticate', async () => {
    await using webhook = await serveWebhook()
    const answer = await webhook.send({ headers: webhook.genuine.filter(([name]) => name !== 'Authorization') })
    expect(answer).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer' } })
  })

  it('does not wait for the body of a call that it refuses', async () => {
    await using webhook = await serveWebhook()
    const status = await new Promise(resolve => {
      const request = http.request(
        {
          port: webhook.port,
          host: '127.0.0.1',
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'Content-Length': 1_000_000 },
        },
        response => {
          resolve(response.statusCode)
          request.destroy()
        },
      )
      request.on('error', () => {})
      request.write('{')
    })
    expect(status).toBe(403)
  })
})

describe.runIf(corpora)('bodies of public repositories', () => {
  it.each(dialogflowBodies())('$file ($completeness)', async ({ file, completeness }) => {
    await using webhook = await serveWebhook()
    const { status } = await webhook.send({ body: readCorpus(file) })
    expect(completeness === 'full' ? [200] : [200, 400]).toContain(status)
  })
})
