import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { intents as sampleIntents } from '../../../functions/webhook/intents/index.ts'
import { startWebhook } from '../../../functions/webhook/start.ts'
import type { WebhookContext } from '../../../functions/webhook/webhook-context.ts'
import { type DevelopmentCa, developmentCa } from '../../../infra/local/certificates/development-ca.ts'
import { customRequestHeaders } from '../../../infra/local/gateway/custom-request-headers.ts'
import { startTokenIssuer } from '../../../infra/local/tokens/token-issuer.ts'
import type { IntentDefinition } from '../../../shared/intents/define-intent.ts'
import { prepareFunctionHost } from '../../../shared/runtime/function-host.ts'
import { recordLog } from '../../shared/intents/recorded-log.ts'

const ATTESTATION = 'an-attestation-that-nobody-guesses'
const AUDIENCE = 'https://webhook.example/dialogflow'
export const SERVICE_AGENT = 'service-123456789012@gcp-sa-dialogflow.iam.gserviceaccount.com'

type Options = {
  readonly intents?: readonly IntentDefinition<WebhookContext>[]
  readonly environment?: Readonly<Record<string, string>>
  readonly profile?: 'sslcom' | 'gts-legacy'
  readonly ca?: DevelopmentCa
}

type Sent = {
  readonly method?: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly body?: string | Buffer
}

export type Answered = { readonly status: number; readonly body: string; readonly headers: http.IncomingHttpHeaders }

/** The webhook on a real HTTP server, with genuine certificates and tokens of the development authorities to call it with. */
export const serveWebhook = async ({
  intents = sampleIntents,
  environment = {},
  profile = 'sslcom',
  ca: givenCa,
}: Options = {}) => {
  await using starting = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'webhook-'))
  starting.defer(() => rm(directory, { recursive: true }))
  const ca = givenCa ?? (await developmentCa())
  const anchors = join(directory, 'anchors.pem')
  await writeFile(anchors, ca.anchors.map(({ certificate }) => certificate.toString()).join(''))
  const issuer = starting.use(await startTokenIssuer({ clock: () => Date.now() }))
  const { log, entries } = recordLog()
  const webhook = await startWebhook({
    environment: {
      WEBHOOK_AUDIENCES: AUDIENCE,
      DIALOGFLOW_SERVICE_AGENTS: SERVICE_AGENT,
      PEER_TRUST_ANCHORS: anchors,
      LB_ATTESTATION: 'env:ATTESTATION',
      ATTESTATION,
      GOOGLE_CERTS_URL: issuer.certsUrl.href,
      STORE: 'sqlite::memory:',
      ...environment,
    },
    intents,
    clock: () => Date.now(),
    log,
  })
  starting.defer(prepareFunctionHost(webhook, log))
  const server = http.createServer((request, response) => void webhook(request, response))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  starting.defer(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const { certificate: leaf, chain } = await ca.leaf(profile)

  const genuine: readonly (readonly [string, string])[] = [
    ...customRequestHeaders({ leaf, chain, error: undefined }, ATTESTATION),
    ['Authorization', `Bearer ${issuer.issue({ audience: AUDIENCE, serviceAgent: SERVICE_AGENT })}`],
    ['Content-Type', 'application/json'],
  ]

  const send = ({ method = 'POST', headers = genuine, body = '{}' }: Sent): Promise<Answered> =>
    new Promise((resolve, reject) => {
      const request = http.request(
        {
          port,
          host: '127.0.0.1',
          method,
          headers: ['Host', 'webhook.example', ...headers.flat(), 'Content-Length', String(Buffer.byteLength(body))],
          agent: false,
        },
        response => {
          const chunks: Buffer[] = []
          response.on('data', chunk => chunks.push(chunk))
          response.on('error', reject)
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              body: Buffer.concat(chunks).toString(),
              headers: response.headers,
            }),
          )
        },
      )
      request.on('error', reject)
      request.end(body)
    })

  const owned = starting.move()
  return {
    genuine,
    entries,
    port,
    send,
    /** A genuine call with this body. */
    call: (body: unknown) => send({ body: JSON.stringify(body) }),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

export const hi = {
  responseId: '96c0029a-149d-4f5d-b225-0b0bb0f0c8d9-afbcf665',
  queryResult: {
    queryText: 'Hi',
    action: 'input.welcome',
    languageCode: 'en',
    intent: { displayName: 'Default Welcome Intent' },
  },
  originalDetectIntentRequest: { source: 'DIALOGFLOW_CONSOLE', payload: {} },
  session: 'projects/my-project/agent/sessions/58ab33f3',
}
