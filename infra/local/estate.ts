import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type DevelopmentCa, developmentCa } from './certificates/development-ca.ts'
import { type FunctionProcess, startFunction } from './function-process.ts'
import { type GatewayOptions, startGateway as startLocalGateway } from './gateway/gateway.ts'
import { parseObject } from './json-object.ts'
import { freePort } from './listen.ts'
import { LogBook } from './log-book.ts'
import { type MessagingEstate, startMessagingEstate } from './messaging-estate.ts'
import { type SignInEstate, startSignInEstate } from './sign-in-estate.ts'
import { startTokenIssuer, type TokenIssuer, type TokenRequest } from './tokens/token-issuer.ts'

export interface EstateOptions {
  /** Where the estate keeps its files: the trust anchors and the store. Made when it is not there. */
  readonly directory: string
  /** The gateway's port; a free one by default. */
  readonly port?: number | undefined
  /** What is deployed, relative to the project: the source by default, `dist/webhook` for the bundle. */
  readonly source?: string | undefined
  /**
   * Starts what signs users in as well: identity providers, resource servers and the function `auth`; and what reaches
   * them: the channels' APIs and the function `notify`.
   */
  readonly withSignIn?: boolean
  /** What stands in for the load balancer: the local gateway by default. */
  readonly startGateway?: typeof startLocalGateway
}

/** Everything that a call from Dialogflow meets, on one machine. */
export interface Estate extends AsyncDisposable {
  readonly ca: DevelopmentCa
  readonly issuer: TokenIssuer
  /** The connections that the gateways have closed. */
  readonly gatewayLog: LogBook
  readonly webhook: FunctionProcess
  /** The URL that the agent would be given: behind the load balancer as it should be. */
  readonly webhookUrl: URL
  /** The same webhook behind another load balancer, whose policy lets every client through. */
  readonly lenientUrl: URL
  readonly signIn: SignInEstate | undefined
  readonly messaging: MessagingEstate | undefined
  /** What a genuine token is made for. */
  readonly genuine: TokenRequest
  readonly attestation: string
  readonly project: string
}

const PROJECT_ID = 'trusted-fulfillment-dev'
const SERVICE_AGENT = 'service-123456789012@gcp-sa-dialogflow.iam.gserviceaccount.com'
/** Where the agent of the reference's walk has its webhook. */
const PATH = '/dialogflowFulfillment'

/** The variables of the host that a process needs; nothing else of them reaches the function. */
const hostEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'SystemRoot'].flatMap(name => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value] as const]
    }),
  )

/**
 * Starts token issuer, function and gateways, and waits until they listen.
 *
 * @throws when a part does not start; those that did are stopped
 */
export const startEstate = async ({
  directory,
  port,
  source,
  withSignIn = false,
  startGateway = startLocalGateway,
}: EstateOptions): Promise<Estate> => {
  await using starting = new AsyncDisposableStack()
  const ca = await developmentCa()
  const anchorsFile = join(directory, 'anchors.pem')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await writeFile(anchorsFile, ca.anchors.map(({ certificate }) => certificate.toString()).join(''))

  const functionPort = await freePort()
  const attestation = randomBytes(32).toString('base64url')
  const gatewayLog = new LogBook()
  const balancer: GatewayOptions = {
    certificate: ca.server,
    trustAnchors: ca.anchors,
    upstream: new URL(`http://127.0.0.1:${functionPort}`),
    attestation,
    log: (severity, message, fields) => gatewayLog.add(parseObject(JSON.stringify({ severity, message, ...fields }))),
  }
  const gateway = starting.use(await startGateway({ ...balancer, port }))
  const lenientGateway = starting.use(
    await startGateway({ ...balancer, clientValidationMode: 'ALLOW_INVALID_OR_MISSING_CLIENT_CERT' }),
  )
  const issuer = starting.use(await startTokenIssuer())
  const webhookUrl = new URL(PATH, gateway.url)
  const store = `sqlite:${join(directory, 'store.sqlite')}`
  const signIn = withSignIn ? starting.use(await startSignInEstate(directory, store, hostEnvironment())) : undefined
  const environment = { ...hostEnvironment(), ...signIn?.environment }
  const messaging = signIn && starting.use(await startMessagingEstate({ directory, store, environment, issuer }))
  const webhook = starting.use(
    await startFunction({
      source: source ?? 'functions/webhook/index.ts',
      target: 'webhook',
      port: functionPort,
      environment: {
        ...environment,
        NODE_ENV: 'production',
        WEBHOOK_AUDIENCES: webhookUrl.href,
        DIALOGFLOW_SERVICE_AGENTS: SERVICE_AGENT,
        PEER_TRUST_ANCHORS: anchorsFile,
        LB_ATTESTATION: 'env:LB_ATTESTATION_VALUE',
        LB_ATTESTATION_VALUE: attestation,
        GOOGLE_CERTS_URL: issuer.certsUrl.href,
        STORE: store,
        CHANNEL_CONNECTORS: 'twilio',
        CHANNEL_ACCOUNT_LINKING: 'on',
      },
    }),
  )
  const running = starting.move()
  return {
    ca,
    issuer,
    gatewayLog,
    webhook,
    webhookUrl,
    signIn,
    messaging,
    lenientUrl: new URL(PATH, lenientGateway.url),
    genuine: { audience: webhookUrl.href, serviceAgent: SERVICE_AGENT },
    attestation,
    project: PROJECT_ID,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}
