import { takesSignInLinks } from '../../shared/channels/takes-sign-in-links.ts'
import { type Reply, type ReplyBuilder, reply } from '../../shared/dialogflow/reply.ts'
import type { HandlerContext } from '../../shared/intents/handler-context.ts'
import { say } from './account-replies.ts'
import type { Accounts } from './accounts.ts'
import { ask } from './associate.ts'
import type { Speaking } from './speaker.ts'

/** What users decide about what is known of them. */
export type OwnData = {
  link(): Promise<Reply>
  unlink(): Promise<Reply>
  forget(): Promise<Reply>
  export(): Promise<Reply>
}

/** What fits in one message where the channel does not say. */
const MESSAGE_LENGTH = 4000

export const ownDataOf = (
  accounts: Accounts | undefined,
  speaking: Speaking | undefined,
  { signal }: HandlerContext,
): OwnData => {
  if (accounts === undefined || speaking === undefined) return unavailable
  const { identity, oauth } = accounts
  const { account } = speaking

  return {
    /** The user's own word is their consent, and takes back *never*. */
    async link() {
      if ((await identity.userOf(account)) !== account.id) return linked(speaking)
      const [grant] = await oauth.linkedAccounts(account.id)
      if (grant === undefined) {
        await identity.reconsider(account)
        return say('systemComponent_OAuth2AccountLink_signInToLink')
      }
      const { service, issuer, subject } = grant
      const signedIn = { identity: { service, issuer, subject } }
      const outcome = await identity.link(account, signedIn)
      if (outcome.outcome === 'ask') return await ask(accounts, speaking, signedIn, outcome)
      return outcome.outcome === 'linked' ? linked(speaking) : say('systemComponent_OAuth2AccountLink_notLinkable')
    },

    async unlink() {
      return (await identity.unlink(account))
        ? say('systemComponent_UnifiedUser_unlinked')
        : say('systemComponent_UnifiedUser_notLinked')
    },

    async forget() {
      await identity.forget(account, { signal })
      return say('systemComponent_UnifiedUser_forgotten')
    },

    async export() {
      if (!takesSignInLinks(account)) return say('systemComponent_UnifiedUser_dataOnlyInPrivate')
      const json = JSON.stringify(await identity.exportData(account), null, 2)
      return messagesOf(json, account.shows.maxLength ?? MESSAGE_LENGTH).reduce(
        (answer: ReplyBuilder, text) => answer.text({ en: text }),
        say('systemComponent_UnifiedUser_data'),
      )
    },
  }
}

const linked = ({ account }: Speaking): Reply => say('systemComponent_OAuth2AccountLink_linked', account.label)

/** As many whole lines in each as fit. */
const messagesOf = (text: string, maxLength: number): readonly string[] => {
  const messages: string[] = []
  let message = ''
  for (const line of text.split('\n')) {
    if (message !== '' && message.length + 1 + line.length > maxLength) {
      messages.push(message)
      message = ''
    }
    message = message === '' ? line : `${message}\n${line}`
  }
  return [...messages, message]
}

/** Without `AUTHENTICATION_SERVICES` nobody is known. */
const unavailable: OwnData = {
  link: async () => say('systemComponent_OAuth2AccountLink_notLinkable'),
  unlink: async () => say('systemComponent_UnifiedUser_notLinked'),
  forget: async () => say('systemComponent_UnifiedUser_forgotten'),
  export: async () => reply().text({ en: '{}' }),
}
