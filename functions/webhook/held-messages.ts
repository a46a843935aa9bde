import { reply } from '../../shared/dialogflow/reply.ts'
import { takeHeld } from '../../shared/identity/held-notification.ts'
import type { Interceptor } from '../../shared/intents/interceptor.ts'
import { message, says } from '../messages/messages.ts'
import { say } from './account-replies.ts'
import type { Accounts } from './accounts.ts'
import { messagesOf } from './messages-of.ts'
import { speakerOf } from './speaker.ts'
import type { WebhookContext } from './webhook-context.ts'

/** Reads out the notifications that came while the user was busy, and that `notify` has asked about. */
export const heldMessages = ({ identity, trust, store, keyring }: Accounts): Interceptor<WebhookContext> => ({
  concerns: ({ text }) => says(text, 'systemComponent_Notification_readLabel'),

  async handle(turn, { clock }) {
    const speaking = speakerOf(turn, trust, clock())
    if (speaking === undefined) return undefined
    if (speaking.account.audience !== 'direct') return say('systemComponent_UnifiedUser_dataOnlyInPrivate')
    const user = await identity.userOf(speaking.account)
    const held = await takeHeld({ store, keyring }, speaking.account.id, user)
    if (held.length === 0) return undefined
    return held.reduce((answer, { text, link }) => {
      const said = messagesOf(text, speaking.account).reduce((before, words) => before.text({ en: words }), answer)
      return link === undefined ? said : said.link(message('systemComponent_Notification_linkLabel'), link)
    }, reply())
  },
})
