import { takesSignInLinks } from '../../shared/channels/takes-sign-in-links.ts'
import { type Reply, type ReplyBuilder, reply } from '../../shared/dialogflow/reply.ts'
import type { HandlerContext } from '../../shared/intents/handler-context.ts'
import { say } from './account-replies.ts'
import type { Accounts } from './accounts.ts'
import { ask } from './associate.ts'
import { messagesOf } from './messages-of.ts'
import type { Speaking } from './speaker.ts'

/** What users decide about what is known of them. */
export type OwnData = {
  link(): Promise<Reply>
  unlink(): Promise<Reply>
  forget(): Promise<Reply>
  export(): Promise<Reply>
}

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
      if (!identity.isLinkable(account)) return say('systemComponent_OAuth2AccountLink_notLinkable')
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
      // A code that is typed afterwards would sign in somebody who has just been forgotten.
      await oauth.cancelSignIn(speaking.speaker)
      await identity.forget(account, { signal })
      return say('systemComponent_UnifiedUser_forgotten')
    },

    async export() {
      if (!takesSignInLinks(account)) return say('systemComponent_UnifiedUser_dataOnlyInPrivate')
      const json = JSON.stringify(await identity.exportData(account), null, 2)
      return messagesOf(json, account).reduce(
        (answer: ReplyBuilder, text) => answer.text({ en: text }),
        say('systemComponent_UnifiedUser_data'),
      )
    },
  }
}

const linked = ({ account }: Speaking): Reply => say('systemComponent_OAuth2AccountLink_linked', account.label)

/** Without `AUTHENTICATION_SERVICES` nobody is known. */
const unavailable: OwnData = {
  link: async () => say('systemComponent_OAuth2AccountLink_notLinkable'),
  unlink: async () => say('systemComponent_UnifiedUser_notLinked'),
  forget: async () => say('systemComponent_UnifiedUser_forgotten'),
  export: async () => reply().text({ en: '{}' }),
}
