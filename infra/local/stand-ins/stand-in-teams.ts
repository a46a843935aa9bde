import { randomBytes } from 'node:crypto'
import { object, objects, parseObject } from '../json-object.ts'
import {
  type StandIn,
  type StandInAnswer,
  type StandInOptions,
  type StandInRequest,
  startStandIn,
} from './stand-in-api.ts'

const error = (status: number, code: string): StandInAnswer => ({ status, body: { error: { code, message: code } } })

export interface StandInTeamsOptions extends StandInOptions {
  readonly appId: string
  readonly appPassword: string
  /** `28:…` */
  readonly bot: string
  /** Whose sign-in page gives the tokens: the Bot Framework's by default, that of a multi-tenant bot. */
  readonly tenant?: string
  /** Of tokens; 3,599 by default. */
  readonly lifetimeSeconds?: number
}

export interface StandInTeams extends StandIn {
  /** How many access tokens were given. */
  tokensGiven(): number
  /** No token that was given is good any more. */
  withdrawTokens(): void
}

const CONVERSATIONS = '/v3/conversations'
const ACTIVITIES = /^\/v3\/conversations\/([^/]+)\/activities$/

/** The personal conversation of the bot with a user, and back. */
const conversationOf = (user: string): string => `a:${user.replace(':', '=')}`
const userOf = (conversation: string): string => conversation.slice(2).replace('=', ':')

/** Microsoft's token endpoint and the Bot Framework's connector, both at one origin. Faults concern the connector. */
export const startStandInTeams = async (options: StandInTeamsOptions): Promise<StandInTeams> => {
  const { appId, appPassword, bot, tenant = 'botframework.com', lifetimeSeconds = 3599 } = options
  const tokenPath = `/${tenant}/oauth2/v2.0/token`
  const tokens = new Set<string>()
  let tokensGiven = 0

  const giveToken = ({ method, headers, body }: StandInRequest): StandInAnswer => {
    const isForm = method === 'POST' && headers['content-type'] === 'application/x-www-form-urlencoded'
    const form = new URLSearchParams(isForm ? body : '')
    if (form.get('grant_type') !== 'client_credentials') return { status: 400, body: { error: 'invalid_request' } }
    if (form.get('scope') !== 'https://api.botframework.com/.default')
      return { status: 400, body: { error: 'invalid_scope' } }
    if (form.get('client_id') !== appId || form.get('client_secret') !== appPassword) {
      return { status: 401, body: { error: 'invalid_client' } }
    }
    const token = randomBytes(32).toString('base64url')
    tokens.add(token)
    tokensGiven += 1
    return { status: 200, body: { token_type: 'Bearer', expires_in: lifetimeSeconds, access_token: token } }
  }

  const standIn = await startStandIn(
    {
      refusal: error(403, 'ConversationBlockedByUser'),
      concerned: ({ path }) => path !== tokenPath,
      answer(request, arrive) {
        const { method, path, headers, body } = request
        if (path === tokenPath) return giveToken(request)
        if (!tokens.has(headers.authorization?.replace(/^Bearer /, '') ?? '')) {
          return { status: 401, body: { message: 'Authorization has been denied for this request.' } }
        }
        if (method !== 'POST') return { status: 405, body: {} }
        const said = parseObject(body)
        if (path === CONVERSATIONS) {
          const user = objects(said.members)[0]?.id
          const isOurs = object(said.bot).id === bot && object(object(said.channelData).tenant).id !== undefined
          if (!isOurs || typeof user !== 'string' || !user.startsWith('29:')) return error(400, 'BadSyntax')
          return { status: 201, body: { id: conversationOf(user) } }
        }
        const [, conversation] = ACTIVITIES.exec(path) ?? []
        if (conversation === undefined) return error(404, 'ServiceError')
        if (said.type !== 'message' || typeof said.text !== 'string' || said.text === '') return error(400, 'BadSyntax')
        const button = objects(object(objects(said.attachments)[0]?.content).buttons)[0]
        arrive({
          to: userOf(decodeURIComponent(conversation)),
          text: said.text,
          ...(button?.type === 'openUrl' && { link: String(button.value) }),
        })
        return { status: 201, body: { id: String(Date.now()) } }
      },
    },
    options,
  )
  return Object.assign(standIn, { tokensGiven: () => tokensGiven, withdrawTokens: () => tokens.clear() })
}
