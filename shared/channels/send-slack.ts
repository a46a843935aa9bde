import type { Address } from './address.ts'
import { outcomeOf, preparationOutcomeOf, reasonOf } from './send-outcome.ts'
import { type Reply, sendRequest } from './send-request.ts'
import { shortened } from './send-text.ts'
import type { OutgoingMessage, SenderParts, SendOutcome } from './sender.ts'

type SlackAddress = Extract<Address, { kind: 'slack' }>

/** https://docs.slack.dev/reference/methods/chat.postMessage advises 4,000 characters; from 40,000 on it cuts. */
const MAX_LENGTH = 4000

/** "It's possible some aspect of the operation succeeded before the error was raised." */
const AMBIGUOUS: ReadonlySet<string> = new Set(['slack:internal_error', 'slack:fatal_error'])
const PASSING: ReadonlySet<string> = new Set([
  'slack:ratelimited',
  'slack:rate_limited',
  'slack:service_unavailable',
  'slack:team_added_to_org',
])

/** Errors come with status 200, `{"ok":false,"error":"channel_not_found"}`. */
const problemIn = (reply: Reply, judge: typeof outcomeOf): ReturnType<typeof outcomeOf> => {
  const reason = reply.kind === 'answered' ? reasonOf('slack', reply.body.error) : undefined
  if (reason !== undefined && AMBIGUOUS.has(reason)) return judge({ kind: 'unanswered' }, reason)
  const problem = judge(reply, reason)
  if (problem !== undefined || reply.kind !== 'answered' || reply.body.ok === true) return problem
  if (reason === undefined) return judge({ kind: 'unanswered' }, 'answer_unreadable')
  return { outcome: PASSING.has(reason) ? 'busy' : 'refused', reason }
}

/**
 * As a direct message of the app. The link stands in the text: a button's press would be an event that the app has to
 * answer. Nothing is unfurled, since that has Slack open the link before the user does.
 */
export const createSlackSender = ({ credentials, endpoints, fetch }: Omit<SenderParts, 'clock'>) => {
  const call = (method: string, token: string, body: object, signal: AbortSignal): Promise<Reply> =>
    sendRequest(fetch, {
      url: `${endpoints.slack}/api/${method}`,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      signal,
    })

  return async (address: SlackAddress, message: OutgoingMessage, signal: AbortSignal): Promise<SendOutcome> => {
    const token = credentials.slack.get(address.team)
    if (token === undefined) return { outcome: 'refused', reason: 'no_credentials' }

    let { channel } = address
    if (channel === undefined) {
      // Opens the one that there is, if there is one: https://docs.slack.dev/reference/methods/conversations.open
      const opened = await call('conversations.open', token, { users: address.user }, signal)
      const problem = problemIn(opened, preparationOutcomeOf)
      if (problem !== undefined) return problem
      channel = conversationIn(opened)
      if (channel === undefined) return { outcome: 'busy', reason: 'answer_unreadable' }
    }
    const posted = await call(
      'chat.postMessage',
      token,
      { channel, text: mrkdwnOf(message), unfurl_links: false, unfurl_media: false },
      signal,
    )
    return problemIn(posted, outcomeOf) ?? { outcome: 'sent' }
  }
}

const conversationIn = (reply: Reply): string | undefined => {
  const id: unknown = reply.kind === 'answered' ? Reflect.get(Object(reply.body.channel), 'id') : undefined
  return typeof id === 'string' && /^D[A-Z0-9]{2,20}$/.test(id) ? id : undefined
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping: these three, and no mention can be made. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** A bar would begin a label. */
const linkOf = (link: string): string => `<${escaped(link.replaceAll('|', '%7C'))}>`

const mrkdwnOf = ({ text, link }: OutgoingMessage): string =>
  link === undefined
    ? escaped(shortened(text, MAX_LENGTH))
    : `${escaped(shortened(text, MAX_LENGTH - link.length - 1))}\n${linkOf(link)}`
