import type { Address } from './address.ts'
import { outcomeOf, preparationOutcomeOf, reasonOf } from './send-outcome.ts'
import { type Reply, sendRequest } from './send-request.ts'
import { createTeamsTokens } from './send-teams-token.ts'
import { shortened } from './send-text.ts'
import type { OutgoingMessage, SenderParts, SendOutcome } from './sender.ts'
import type { TeamsCredentials } from './sender-credentials.ts'
import { teamsServiceUrl } from './teams-service-url.ts'

type TeamsAddress = Extract<Address, { kind: 'microsoft_teams' }>

const MAX_LENGTH = 28_000

/** As the Bot Framework makes them; so long that nothing else gets into a path. */
const CONVERSATION = /^[A-Za-z0-9:;=@._-]{1,600}$/

/**
 * By the Bot Framework's connector, in the personal conversation with the bot; a new one is made where none is known.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
 */
export const createTeamsSender = (parts: SenderParts) => {
  const { credentials, endpoints, fetch } = parts
  const tokenFor = createTeamsTokens(parts)

  /** The token goes to Microsoft's own hosts alone, whatever the address says; in emulation to loopback alone. */
  const baseOf = ({ serviceUrl }: TeamsAddress): string | undefined =>
    endpoints.microsoftTeams === undefined ? teamsServiceUrl(serviceUrl) : `${endpoints.microsoftTeams}/`

  /** A token that was withdrawn before its time is exchanged once. */
  const call = async (url: string, body: object, bot: TeamsCredentials, signal: AbortSignal) => {
    let rejected: string | undefined
    for (;;) {
      const token = await tokenFor(bot, signal, rejected)
      if (token.outcome !== 'token') return token
      const reply = await sendRequest(fetch, {
        url,
        headers: { Authorization: `Bearer ${token.accessToken}`, 'Content-Type': 'application/json; charset=utf-8' },
        body: JSON.stringify(body),
        signal,
      })
      const isRejected = reply.kind === 'answered' && reply.status === 401
      if (!isRejected || rejected !== undefined) return { outcome: 'reply', reply } as const
      rejected = token.accessToken
    }
  }

  return async (address: TeamsAddress, message: OutgoingMessage, signal: AbortSignal): Promise<SendOutcome> => {
    const bot = credentials.microsoftTeams.get(address.bot)
    if (bot === undefined) return { outcome: 'refused', reason: 'no_credentials' }
    const base = baseOf(address)
    if (base === undefined) return { outcome: 'refused', reason: 'service_url' }

    let { conversation } = address
    if (conversation === undefined) {
      const created = await call(`${base}v3/conversations`, newConversation(address), bot, signal)
      if (created.outcome !== 'reply') return created
      const problem = preparationOutcomeOf(created.reply, reasonIn(created.reply))
      if (problem !== undefined) return problem
      conversation = conversationIn(created.reply)
    }
    if (conversation === undefined || !CONVERSATION.test(conversation)) {
      return { outcome: 'busy', reason: 'answer_unreadable' }
    }
    const url = `${base}v3/conversations/${encodeURIComponent(conversation)}/activities`
    const sent = await call(url, activityOf(message), bot, signal)
    if (sent.outcome !== 'reply') return sent
    return outcomeOf(sent.reply, reasonIn(sent.reply)) ?? { outcome: 'sent' }
  }
}

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages */
const newConversation = ({ bot, user, tenant }: TeamsAddress) => ({
  bot: { id: bot },
  members: [{ id: user }],
  channelData: { tenant: { id: tenant } },
  isGroup: false,
})

/** A link is a card's button, which names the host that it leads to: that needs no translation. */
const activityOf = ({ text, link }: OutgoingMessage) => ({
  type: 'message',
  textFormat: 'plain',
  text: shortened(text, MAX_LENGTH),
  ...(link !== undefined && {
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.hero',
        content: { buttons: [{ type: 'openUrl', title: URL.parse(link)?.host, value: link }] },
      },
    ],
  }),
})

const conversationIn = (reply: Reply): string | undefined => {
  const id = reply.kind === 'answered' ? reply.body.id : undefined
  return typeof id === 'string' ? id : undefined
}

/** `{"error":{"code":"ConversationBlockedByUser"}}` */
const reasonIn = (reply: Reply): string | undefined =>
  reply.kind === 'answered' ? reasonOf('teams', Reflect.get(Object(reply.body.error), 'code')) : undefined
