import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { JsonObject } from '../../shared/runtime/json.ts'
import { writePrivate } from './certificates/pem-files.ts'
import { SLACK_TEAM, SMS_NUMBER } from './dialogflow/channel-user.ts'
import { type FunctionProcess, startFunction } from './function-process.ts'
import { parseObject } from './json-object.ts'
import { freePort } from './listen.ts'
import type { StandIn } from './stand-ins/stand-in-api.ts'
import { startStandInSlack } from './stand-ins/stand-in-slack.ts'
import { startStandInTwilio } from './stand-ins/stand-in-twilio.ts'
import type { TokenIssuer } from './tokens/token-issuer.ts'

/** What reaches users outside of a conversation: the function `notify`, and stand-ins of the channels' APIs. */
export interface MessagingEstate extends AsyncDisposable {
  readonly notify: FunctionProcess
  readonly slack: StandIn
  readonly twilio: StandIn
  /** Publishes a notification; resolves to what `notify` made of it. */
  publish(notification: JsonObject): Promise<JsonObject>
}

export interface MessagingOptions {
  readonly directory: string
  /** The webhook's `STORE`. */
  readonly store: string
  /** What a process of this host needs, and `TOKEN_KEYS`. */
  readonly environment: Readonly<Record<string, string>>
  readonly issuer: TokenIssuer
}

const CALLER = 'call-notify@trusted-fulfillment-dev.iam.gserviceaccount.com'

/**
 * Starts it.
 *
 * @throws when a part does not start; those that did are stopped
 */
export const startMessagingEstate = async ({
  directory,
  store,
  environment,
  issuer,
}: MessagingOptions): Promise<MessagingEstate> => {
  await using starting = new AsyncDisposableStack()
  const token = `xoxb-${randomBytes(12).toString('hex')}`
  const account = { accountSid: `AC${randomBytes(16).toString('hex')}`, authToken: randomBytes(16).toString('hex') }
  const slack = starting.use(await startStandInSlack({ tokens: [token] }))
  const twilio = starting.use(await startStandInTwilio({ ...account, numbers: [SMS_NUMBER] }))
  const credentials = join(directory, 'channel-credentials.json')
  await writePrivate(
    credentials,
    JSON.stringify({ slack: { [SLACK_TEAM]: token }, twilio: { [SMS_NUMBER]: account } }, null, 2),
  )

  const port = await freePort()
  const audience = `http://127.0.0.1:${port}`
  const notify = starting.use(
    await startFunction({
      source: 'functions/notify/index.ts',
      target: 'notify',
      port,
      environment: {
        ...environment,
        STORE: store,
        NOTIFY_AUDIENCES: audience,
        NOTIFY_CALLERS: CALLER,
        CHANNEL_CREDENTIALS: `file:${credentials}`,
        CHANNEL_ENDPOINTS: `slack=${slack.origin},twilio=${twilio.origin}`,
        GOOGLE_CERTS_URL: issuer.certsUrl.href,
      },
    }),
  )
  const running = starting.move()

  /** As Pub/Sub pushes it. */
  const publish = async (notification: JsonObject): Promise<JsonObject> => {
    const response = await fetch(notify.url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Authorization: `Bearer ${issuer.issue({ audience, serviceAgent: CALLER })}`,
      },
      body: JSON.stringify({
        message: {
          data: Buffer.from(JSON.stringify(notification)).toString('base64'),
          messageId: randomUUID(),
          publishTime: new Date().toISOString(),
        },
        subscription: 'projects/trusted-fulfillment-dev/subscriptions/notify',
      }),
    })
    return parseObject(await response.text())
  }

  return { notify, slack, twilio, publish, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
