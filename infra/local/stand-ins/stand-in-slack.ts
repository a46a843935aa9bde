import { parseObject } from '../json-object.ts'
import {
  type StandIn,
  type StandInAnswer,
  type StandInOptions,
  type StandInRequest,
  startStandIn,
} from './stand-in-api.ts'

/** Errors come with status 200. */
const error = (code: string): StandInAnswer => ({ status: 200, body: { ok: false, error: code } })

/** The other direction of https://docs.slack.dev/messaging/formatting-message-text#escaping. */
const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')

/** A link on a line of its own at the end, `<https://…>`. */
const LINK = /\n<(https:[^<>|]+)>$/

const USER = /^[UW][A-Z0-9]{2,20}$/

/** The direct conversation of the app with a user, and back. */
const conversationOf = (user: string): string => `D${user}`
const userOf = (conversation: string): string => conversation.slice(1)

/**
 * Slack's Web API, as far as an app writes to a user: `conversations.open` and `chat.postMessage`.
 *
 * @param options.tokens of the workspaces that have installed the app
 */
export const startStandInSlack = (
  options: StandInOptions & { readonly tokens: readonly string[] },
): Promise<StandIn> => {
  const known = new Set(options.tokens.map(token => `Bearer ${token}`))
  const refused = ({ method, headers }: StandInRequest): StandInAnswer | undefined => {
    if (method !== 'POST') return { status: 405, body: {} }
    if (headers.authorization === undefined) return error('not_authed')
    if (!known.has(headers.authorization)) return error('invalid_auth')
    return headers['content-type']?.startsWith('application/json') ? undefined : error('invalid_post_type')
  }

  return startStandIn(
    {
      refusal: error('account_inactive'),
      answer(request, arrive) {
        const refusal = refused(request)
        if (refusal !== undefined) return refusal
        const { users, channel, text } = parseObject(request.body)
        switch (request.path) {
          case '/api/conversations.open':
            if (typeof users !== 'string' || !USER.test(users)) return error('user_not_found')
            return { status: 200, body: { ok: true, channel: { id: conversationOf(users) } } }
          case '/api/chat.postMessage': {
            if (typeof channel !== 'string' || !/^D[A-Z0-9]+$/.test(channel)) return error('channel_not_found')
            if (typeof text !== 'string' || text === '') return error('no_text')
            if (text.length > 40_000) return error('msg_too_long')
            const link = LINK.exec(text)?.[1]
            arrive({
              to: userOf(channel),
              text: unescaped(text.replace(LINK, '')),
              ...(link !== undefined && { link: unescaped(link) }),
            })
            return { status: 200, body: { ok: true, channel, ts: '1503435956.000247' } }
          }
          default:
            return error('unknown_method')
        }
      },
    },
    options,
  )
}
