import { randomBytes, sign } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { clientCertificates } from '../../infra/local/certificates/client-certificates.ts'
import { developmentCa } from '../../infra/local/certificates/development-ca.ts'
import { matchIntent } from '../../infra/local/dialogflow/agent.ts'
import { Conversation } from '../../infra/local/dialogflow/conversation.ts'
import { dialogflowHeaders } from '../../infra/local/dialogflow/dialogflow-headers.ts'
import { customRequestHeaders } from '../../infra/local/gateway/custom-request-headers.ts'
import type { HeaderField } from '../../infra/local/gateway/proxied-headers.ts'
import { close, listen } from '../../infra/local/listen.ts'
import { startTokenIssuer, type TokenIssuer, type TokenRequest } from '../../infra/local/tokens/token-issuer.ts'
import type { JsonObject } from '../../shared/runtime/json.ts'
import { requestBytes } from './connection.ts'

const AUDIENCE = 'https://webhook.example/dialogflowFulfillment'
const SERVICE_AGENT = 'service-123456789012@gcp-sa-dialogflow.iam.gserviceaccount.com'
export const PROJECT_ID = 'trusted-fulfillment-bench'

/** What stands around the servers: who issues certificates and tokens, and what the servers are told of them. */
export type Surroundings = AsyncDisposable & {
  readonly directory: string
  readonly issuer: TokenIssuer
  /** What a genuine token is made for. */
  readonly genuine: TokenRequest
  /** The headers that the load balancer sets. */
  readonly balancerHeaders: readonly HeaderField[]
  /** The webhook's variables. */
  readonly environment: Readonly<Record<string, string>>
  /** Where the issuer's keys are in the older form, PEM by key id, which google-auth-library reads. */
  readonly pemCertsUrl: string
}

/** Starts them. What they keep in files is gone with them. */
export const prepareSurroundings = async (): Promise<Surroundings> => {
  await using starting = new AsyncDisposableStack()
  const directory = await mkdtemp(join(tmpdir(), 'bench-'))
  starting.defer(() => rm(directory, { recursive: true, force: true }))
  const ca = await developmentCa()
  const anchors = join(directory, 'anchors.pem')
  await writeFile(anchors, ca.anchors.map(({ certificate }) => certificate.toString()).join(''))
  const { certificate: leaf, chain } = await clientCertificates.dialogflow(ca)
  const attestation = randomBytes(32).toString('base64url')
  const issuer = starting.use(await startTokenIssuer())
  const pemServer = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'public, max-age=20000' })
    response.end(JSON.stringify({ [issuer.key.kid]: issuer.key.publicKey.export({ type: 'spki', format: 'pem' }) }))
  })
  const pemPort = await listen(pemServer)
  starting.defer(() => close(pemServer))

  const running = starting.move()
  return {
    directory,
    issuer,
    genuine: { audience: AUDIENCE, serviceAgent: SERVICE_AGENT },
    balancerHeaders: customRequestHeaders({ leaf, chain, error: undefined }, attestation),
    environment: {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'production',
      WEBHOOK_AUDIENCES: AUDIENCE,
      DIALOGFLOW_SERVICE_AGENTS: SERVICE_AGENT,
      PEER_TRUST_ANCHORS: anchors,
      LB_ATTESTATION: 'env:ATTESTATION',
      ATTESTATION: attestation,
      GOOGLE_CERTS_URL: issuer.certsUrl.href,
      STORE: `sqlite:${join(directory, 'store.sqlite')}`,
    },
    pemCertsUrl: `http://127.0.0.1:${pemPort}/`,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

/** The body of a call of Dialogflow ES for what a user says. */
export const esBody = (said: string): JsonObject => new Conversation('es', PROJECT_ID).request(said, matchIntent(said))

/** A call as it reaches the function behind the load balancer, in bytes. */
export const callBytes = (
  balancerHeaders: readonly HeaderField[],
  token: string,
  body: string = JSON.stringify(esBody('Hi')),
): Buffer => requestBytes([...dialogflowHeaders(new URL(AUDIENCE), body, token), ...balancerHeaders], body)

/** How many tokens are in use at a time: Dialogflow keeps each for about an hour. */
const RECURRING = 4

/** Genuine calls whose tokens recur. */
export const recurringCalls = ({ issuer, genuine, balancerHeaders }: Surroundings): readonly Buffer[] =>
  recurringTokens(issuer, genuine).map(token => callBytes(balancerHeaders, token))

export const recurringTokens = (issuer: TokenIssuer, genuine: TokenRequest): readonly string[] =>
  Array.from({ length: RECURRING }, (_, index) => issuer.issue({ ...genuine, claims: { sub: `${10 ** 20 + index}` } }))

const signAside = promisify(sign)

/** As many tokens as asked for, all different, signed on all cores. */
export const freshTokens = (issuer: TokenIssuer, genuine: TokenRequest, count: number): Promise<readonly string[]> => {
  const [header = '', payload = ''] = issuer.issue(genuine).split('.')
  const claims: JsonObject = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const sub = String(100_000_000_000_000 + index)
      const input = `${header}.${Buffer.from(JSON.stringify({ ...claims, sub })).toString('base64url')}`
      const signature: Buffer = await signAside('RSA-SHA256', Buffer.from(input), issuer.key.privateKey)
      return `${input}.${signature.toString('base64url')}`
    }),
  )
}
