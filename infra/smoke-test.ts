import { randomUUID } from 'node:crypto'
import { get } from 'node:http'
import { type RequestOptions, request } from 'node:https'
import { parseArgs } from 'node:util'
import { GoogleAuth } from 'google-auth-library'
import * as z from 'zod/mini'

/**
 * What can be seen of an estate from outside, through its load balancer, before a revision gets traffic:
 *
 * `node infra/smoke-test.ts --webhook HOST --auth HOST [--agent AGENT] [--revision candidate]`
 *
 * The webhook's own answers can be had in one way only: Dialogflow has to ask, with its certificate and its token. So
 * where an agent is named (`projects/P/agent` or `projects/P/locations/L/agents/A`), it is told *Hi*.
 */
export type SmokeTest = {
  /** Host names, with `:port` where it is not 443. */
  readonly webhook: string
  readonly auth: string
  /** Where `auth` redirects from; port 80 of the same host by default. */
  readonly authHttp?: string
  readonly agent?: string
  /** The value of `X-Revision`, by which the load balancer picks the revision; the live one by default. */
  readonly revision?: string
  /** Trusted instead of the usual authorities, in PEM. */
  readonly ca?: string
  readonly detectIntent: DetectIntent
}

/** Asks Dialogflow; `body` as in https://cloud.google.com/dialogflow/es/docs/reference/rest/v2/projects.agent.sessions/detectIntent. */
export type DetectIntent = (agent: AgentName, body: unknown) => Promise<unknown>

export type AgentName = { readonly name: string; readonly location: string; readonly dialect: 'es' | 'cx' }

/** `undefined` is as it should be; a text says what is wrong and what to change. */
type Finding = string | undefined

export const smokeTest = async (test: SmokeTest): Promise<Readonly<Record<string, Finding>>> => ({
  'the webhook refuses a connection without client certificate': await refusesWithoutCertificate(test),
  'auth answers with a page': await answersWithPage(test),
  'auth redirects HTTP to HTTPS': await redirects(test),
  ...(test.agent === undefined ? {} : { 'Dialogflow gets an answer from the webhook': await answersDialogflow(test) }),
})

const REFUSED = /^(ECONNRESET|EPIPE|ERR_SSL_\w*ALERT\w*)$/

const refusesWithoutCertificate = async ({ webhook, ...test }: SmokeTest): Promise<Finding> => {
  const { status, code, connected } = await send(`https://${webhook}/`, { method: 'POST', ...trust(test) })
  if (status !== undefined) {
    return `it answered ${status}: server_tls_policy is not attached to the webhook's HTTPS proxy`
  }
  if (connected || code?.includes('CERTIFICATE_REQUIRED')) return REFUSED.test(code ?? '') ? undefined : `${code}`
  return `${code} before the handshake was done: is the DNS record set, and has the certificate been issued?`
}

/** An id as sign-ins have it, but nobody's: to say so, auth has to look into the store. */
const NOBODYS_LINK = '/link/smoke-test------------'

const answersWithPage = async ({ auth, ...test }: SmokeTest): Promise<Finding> => {
  const answer = await send(`https://${auth}${NOBODYS_LINK}`, { headers: headersFor(test), ...trust(test) })
  if (answer.status === undefined) return `${answer.code}`
  if (answer.status >= 500) return `it answered ${answer.status}: see the log of auth`
  return answer.contentType?.startsWith('text/html') ? undefined : `it answered with ${answer.contentType}`
}

const redirects = ({ auth, authHttp = auth }: SmokeTest): Promise<Finding> =>
  new Promise(resolve => {
    get(`http://${authHttp}/`, { signal: AbortSignal.timeout(TIMEOUT) }, response => {
      response.resume()
      const to = response.headers.location ?? 'nowhere'
      resolve(response.statusCode === 301 && to.startsWith('https://') ? undefined : `${response.statusCode} to ${to}`)
    }).on('error', error => resolve(error.message))
  })

const answersDialogflow = async ({ agent = '', detectIntent, ...test }: SmokeTest): Promise<Finding> => {
  const location = /^projects\/[^/]+\/(?:agent|locations\/([^/]+)\/agents\/[^/]+)$/.exec(agent)
  if (location === null) return `${agent} is neither projects/P/agent nor projects/P/locations/L/agents/A`
  const dialect = location[1] === undefined ? 'es' : 'cx'
  const languageCode = 'en'
  const answer = await detectIntent(
    { name: `${agent}/sessions/${randomUUID()}`, location: location[1] ?? 'global', dialect },
    {
      queryInput: dialect === 'es' ? { text: { text: 'Hi', languageCode } } : { text: { text: 'Hi' }, languageCode },
      queryParams: { webhookHeaders: headersFor(test) },
    },
  )
  const { webhookStatus: ofEs, queryResult } = answerOfDialogflow.parse(answer)
  const statuses = ofEs === undefined ? (queryResult?.webhookStatuses ?? []) : [ofEs]
  const failed = statuses.find(({ code = 0 }) => code !== 0)
  if (failed !== undefined) return `${failed.message} (code ${failed.code}): see the log of webhook`
  return statuses.length > 0
    ? undefined
    : 'the agent called no webhook on "Hi": switch fulfillment on for its welcome intent'
}

const webhookStatus = z.object({ code: z.optional(z.number()), message: z.optional(z.string()) })

/** ES has one status, CX one for each webhook that was called. */
const answerOfDialogflow = z.object({
  webhookStatus: z.optional(webhookStatus),
  queryResult: z.optional(z.object({ webhookStatuses: z.optional(z.array(webhookStatus)) })),
})

const TIMEOUT = 20_000

const headersFor = ({ revision }: Pick<SmokeTest, 'revision'>): Record<string, string> =>
  revision === undefined ? {} : { 'X-Revision': revision }

const trust = ({ ca }: Pick<SmokeTest, 'ca'>): RequestOptions => (ca === undefined ? {} : { ca })

type Sent = { status?: number | undefined; contentType?: string | undefined; code?: string; connected?: boolean }

const send = (url: string, options: RequestOptions): Promise<Sent> =>
  new Promise(resolve => {
    let connected = false
    const call = request(url, { timeout: TIMEOUT, agent: false, ...options }, response => {
      response.resume()
      resolve({ status: response.statusCode, contentType: response.headers['content-type'] })
    })
    call.on('socket', socket => {
      socket.once('secureConnect', () => {
        connected = true
      })
    })
    call.on('timeout', () => call.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
    call.on('error', (error: NodeJS.ErrnoException) => resolve({ code: error.code ?? error.message, connected }))
    call.end()
  })

const askDialogflow: DetectIntent = async ({ name, location, dialect }, body) => {
  const token = await new GoogleAuth({ scopes: 'https://www.googleapis.com/auth/dialogflow' }).getAccessToken()
  const host = location === 'global' ? 'dialogflow.googleapis.com' : `${location}-dialogflow.googleapis.com`
  const response = await fetch(`https://${host}/${dialect === 'es' ? 'v2' : 'v3'}/${name}:detectIntent`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(2 * TIMEOUT),
  })
  if (!response.ok) return { webhookStatus: { code: response.status, message: `detectIntent: ${response.statusText}` } }
  return response.json()
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      webhook: { type: 'string' },
      auth: { type: 'string' },
      agent: { type: 'string' },
      revision: { type: 'string' },
    },
  })
  const { webhook, auth, agent, revision } = values
  if (!webhook || !auth) throw new Error('--webhook HOST and --auth HOST are needed')
  const findings = await smokeTest({
    webhook,
    auth,
    ...(agent ? { agent } : {}),
    ...(revision ? { revision } : {}),
    detectIntent: askDialogflow,
  })
  for (const [promise, finding] of Object.entries(findings))
    console.log(finding === undefined ? `ok    ${promise}` : `FAIL  ${promise}: ${finding}`)
  if (Object.values(findings).some(finding => finding !== undefined)) process.exitCode = 1
}
