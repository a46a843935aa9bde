import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer, type ServerOptions } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { developmentCa } from '../../infra/local/certificates/development-ca.ts'
import { type SmokeTest, smokeTest } from '../../infra/smoke-test.ts'

const { server: identity, serverRoot, anchors } = await developmentCa()
const tls = { cert: identity.certificate.toString(), key: identity.privateKey.export({ type: 'pkcs8', format: 'pem' }) }
const mutual: ServerOptions = {
  requestCert: true,
  rejectUnauthorized: true,
  ca: anchors.map(anchor => anchor.certificate.toString()),
}

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const listen = async (server: Server): Promise<string> => {
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, 'localhost', resolve))
  return `localhost:${(server.address() as AddressInfo).port}`
}

const page: RequestListener = (_, response) =>
  response.writeHead(404, { 'Content-Type': 'text/html; charset=utf-8' }).end()
const redirect: RequestListener = (_, response) => response.writeHead(301, { Location: 'https://auth.example/' }).end()

/** An estate as it should be, but for what `parts` say. */
const estate = async (
  parts: { webhook?: ServerOptions; auth?: RequestListener; http?: RequestListener } = {},
): Promise<SmokeTest> => ({
  webhook: await listen(createServer({ ...tls, ...(parts.webhook ?? mutual) }, (_, response) => response.end())),
  auth: await listen(createServer(tls, parts.auth ?? page)),
  authHttp: await listen(createHttpServer(parts.http ?? redirect)),
  ca: serverRoot.certificate.toString(),
  detectIntent: () => Promise.reject(new Error('nobody asked')),
})

test('finds nothing wrong with an estate as it should be', async () => {
  const findings = await smokeTest(await estate())

  expect(findings).toEqual({
    'the webhook refuses a connection without client certificate': undefined,
    'auth answers with a page': undefined,
    'auth redirects HTTP to HTTPS': undefined,
  })
})

test('finds that the webhook asks for no client certificate', async () => {
  const findings = await smokeTest(await estate({ webhook: {} }))

  expect(Object.values(findings)[0]).toBe(
    "it answered 200: server_tls_policy is not attached to the webhook's HTTPS proxy",
  )
})

test('does not take a webhook that cannot be reached for one that refuses', async () => {
  const whole = await estate()
  servers[0]?.close()

  expect(Object.values(await smokeTest(whole))[0]).toMatch(/^ECONNREFUSED before the handshake was done/)
})

test("does not take a wrong server certificate for a refusal of the client's", async () => {
  const { ca, ...untrusted } = await estate()

  expect(ca).toBeDefined()
  expect(Object.values(await smokeTest(untrusted))[0]).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED/)
})

test('finds that auth fails, and that it answers with something else than a page', async () => {
  const failing = await smokeTest(await estate({ auth: (_, response) => response.writeHead(503).end() }))
  const other = await smokeTest(
    await estate({ auth: (_, response) => response.writeHead(200, { 'Content-Type': 'text/plain' }).end() }),
  )

  expect(Object.values(failing)[1]).toBe('it answered 503: see the log of auth')
  expect(Object.values(other)[1]).toBe('it answered with text/plain')
})

test('finds that HTTP is served', async () => {
  const findings = await smokeTest(await estate({ http: page }))

  expect(Object.values(findings)[2]).toBe('404 to nowhere')
})

test('asks the load balancer for the candidate', async () => {
  const revisions: unknown[] = []
  const auth: RequestListener = (request, response) => {
    revisions.push(request.headers['x-revision'])
    page(request, response)
  }
  await smokeTest({ ...(await estate({ auth })), revision: 'candidate' })

  expect(revisions).toEqual(['candidate'])
})

const dialects = [
  {
    agent: 'projects/bank/agent',
    session: /^projects\/bank\/agent\/sessions\/[0-9a-f-]{36}$/,
    location: 'global',
    body: {
      queryInput: { text: { text: 'Hi', languageCode: 'en' } },
      queryParams: { webhookHeaders: { 'X-Revision': 'candidate' } },
    },
    good: { webhookStatus: { message: 'Webhook execution successful' } },
    bad: { webhookStatus: { code: 14, message: 'Webhook call failed. Error: 403.' } },
  },
  {
    agent: 'projects/bank/locations/europe-west1/agents/a0',
    session: /^projects\/bank\/locations\/europe-west1\/agents\/a0\/sessions\/[0-9a-f-]{36}$/,
    location: 'europe-west1',
    body: {
      queryInput: { text: { text: 'Hi' }, languageCode: 'en' },
      queryParams: { webhookHeaders: { 'X-Revision': 'candidate' } },
    },
    good: { queryResult: { webhookStatuses: [{}] } },
    bad: { queryResult: { webhookStatuses: [{}, { code: 14, message: 'Webhook call failed. Error: 403.' }] } },
  },
]

test.each(dialects)(
  'has Dialogflow itself call the candidate: $agent',
  async ({ agent, session, location, body, good, bad }) => {
    const asked: unknown[] = []
    const ask = async (answer: unknown) => {
      const findings = await smokeTest({
        ...(await estate()),
        agent,
        revision: 'candidate',
        detectIntent: async (name, sent) => {
          asked.push(name, sent)
          return answer
        },
      })
      return findings['Dialogflow gets an answer from the webhook']
    }

    expect(await ask(good)).toBeUndefined()
    expect(asked).toEqual([expect.objectContaining({ name: expect.stringMatching(session), location }), body])
    expect(await ask(bad)).toBe('Webhook call failed. Error: 403. (code 14): see the log of webhook')
    expect(await ask({})).toMatch(/^the agent called no webhook/)
  },
)
