import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { developmentCa } from '../../../infra/local/certificates/development-ca.ts'
import { type FunctionOptions, startFunction } from '../../../infra/local/function-process.ts'
import { customRequestHeaders } from '../../../infra/local/gateway/custom-request-headers.ts'
import { freePort } from '../../../infra/local/listen.ts'
import { startTokenIssuer, type TokenIssuer } from '../../../infra/local/tokens/token-issuer.ts'
import { FaultyServer } from './faulty-server.ts'
import { Instance, type Said } from './webhook-instance.ts'

const ATTESTATION = 'an-attestation-that-nobody-guesses'
const CALLER = {
  audience: 'https://webhook.example/',
  serviceAgent: 'service-1@gcp-sa-dialogflow.iam.gserviceaccount.com',
}

/** The webhook with an intent *Order*, relative to the project. */
export const ORDERING_WEBHOOK = 'test/real/faults/ordering-webhook.ts'

/** What an instance runs. */
export type Program = Pick<FunctionOptions, 'source' | 'deployed'>

/** What instances of one webhook share, each part able to fail: key server, store, the book of orders. */
export class Surroundings implements AsyncDisposable {
  readonly directory: string
  readonly issuer: TokenIssuer
  readonly keyServer: FaultyServer
  /** The store's file. */
  readonly database: string
  readonly environment: Readonly<Record<string, string>>
  readonly #book: string
  readonly #headers: readonly (readonly [string, string])[]
  readonly #owned: AsyncDisposableStack
  #calls = 0

  private constructor(
    directory: string,
    issuer: TokenIssuer,
    keyServer: FaultyServer,
    headers: readonly (readonly [string, string])[],
    owned: AsyncDisposableStack,
  ) {
    this.directory = directory
    this.issuer = issuer
    this.keyServer = keyServer
    this.database = join(directory, 'store.sqlite')
    this.#book = join(directory, 'book')
    this.#headers = headers
    this.#owned = owned
    this.environment = {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'production',
      WEBHOOK_AUDIENCES: CALLER.audience,
      DIALOGFLOW_SERVICE_AGENTS: CALLER.serviceAgent,
      PEER_TRUST_ANCHORS: join(directory, 'anchors.pem'),
      LB_ATTESTATION: 'env:ATTESTATION',
      ATTESTATION,
      GOOGLE_CERTS_URL: keyServer.url.href,
      STORE: `sqlite:${this.database}`,
      BOOK: this.#book,
    }
  }

  static async make(): Promise<Surroundings> {
    await using parts = new AsyncDisposableStack()
    const directory = await mkdtemp(join(tmpdir(), 'faults-'))
    parts.defer(() => rm(directory, { recursive: true }))
    const ca = await developmentCa()
    await writeFile(
      join(directory, 'anchors.pem'),
      ca.anchors.map(({ certificate }) => certificate.toString()).join(''),
    )
    await writeFile(join(directory, 'book'), '')
    const issuer = parts.use(await startTokenIssuer())
    const keyServer = parts.use(
      await FaultyServer.start(async (_, response) => {
        const keys = await published(issuer.certsUrl).catch(() => undefined)
        if (keys === undefined) response.destroy()
        else response.writeHead(200, keys.headers).end(keys.body)
      }),
    )
    const { certificate: leaf, chain } = await ca.leaf('sslcom')
    const headers = customRequestHeaders({ leaf, chain, error: undefined }, ATTESTATION)
    return new Surroundings(directory, issuer, keyServer, headers, parts.move())
  }

  /** A token of our agent, signed with the key that the issuer uses now. */
  token(claims: Partial<Parameters<TokenIssuer['issue']>[0]> = {}): string {
    return this.issuer.issue({ ...CALLER, ...claims })
  }

  /** The responses for which an order was written into the book. */
  async ordered(): Promise<readonly string[]> {
    return (await readFile(this.#book, 'utf8')).split('\n').filter(line => line !== '')
  }

  async start(
    environment: Readonly<Record<string, string>> = {},
    program: Program = { source: ORDERING_WEBHOOK },
  ): Promise<Instance> {
    const running = await startFunction({
      ...program,
      target: 'webhook',
      port: await freePort(),
      environment: { ...this.environment, ...environment },
    })
    return new Instance(running, said => this.#request(said))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#owned.disposeAsync()
  }

  #request({ intent, text = intent, responseId, token = this.token() }: Said) {
    this.#calls += 1
    const body = JSON.stringify({
      responseId: responseId ?? `response-${this.#calls}`,
      queryResult: { queryText: text, languageCode: 'en', intent: { displayName: intent } },
      session: 'projects/my-project/agent/sessions/alice',
    })
    const headers = [
      ...this.#headers,
      ['Host', 'webhook.example'],
      ['Authorization', `Bearer ${token}`],
      ['Content-Type', 'application/json'],
      ['Content-Length', String(Buffer.byteLength(body))],
    ] as const
    return { headers, body }
  }
}

const published = async (url: URL) => {
  const response = await fetch(url)
  return {
    headers: { 'Cache-Control': response.headers.get('Cache-Control') ?? '' },
    body: await response.text(),
  }
}
