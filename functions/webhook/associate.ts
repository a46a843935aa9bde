import type { Reply } from '../../shared/dialogflow/reply.ts'
import type { LinkOutcome, SignedIn } from '../../shared/identity/link-account.ts'
import type { AssociationConsent } from '../../shared/oauth/account-link.ts'
import { message } from '../messages/messages.ts'
import { say } from './account-replies.ts'
import type { Accounts } from './accounts.ts'
import type { Speaking } from './speaker.ts'

/** What has come of associating a channel account with whoever has signed in. */
export type Association = {
  /** Whose it is; `undefined`: it stands alone, or that is not decided. */
  readonly user: string | undefined
  /** What there is to say about it. */
  readonly parts: Reply['parts']
}

/** After a sign-in: links the account, or asks the user whether to. */
export const associate = async (
  accounts: Pick<Accounts, 'identity'>,
  speaking: Speaking,
  signedIn: SignedIn & { readonly consent: AssociationConsent },
): Promise<Association> => {
  const outcome = await accounts.identity.signedIn(speaking.account, signedIn)
  switch (outcome.outcome) {
    case 'linked':
      return {
        user: outcome.user,
        parts: outcome.notify
          ? say('systemComponent_OAuth2AccountLink_linkedNotice', speaking.account.label).parts
          : [],
      }
    case 'ask':
      return { user: undefined, parts: (await ask(accounts, speaking, signedIn, outcome)).parts }
    case 'unlinked':
      return { user: undefined, parts: [] }
  }
}

/** Keeps the question, and asks it. */
export const ask = async (
  { identity }: Pick<Accounts, 'identity'>,
  { account, speaker }: Speaking,
  { identity: who, username }: SignedIn,
  { conflict }: Extract<LinkOutcome, { readonly outcome: 'ask' }>,
): Promise<Reply> => {
  const asked = { account: account.id, conversation: speaker.conversation }
  await identity.ask(asked, { conflict, identity: who, ...(username !== undefined && { username }) })
  const prompt = conflict ? 'conflictPrompt' : 'consentPrompt'
  return say(`systemComponent_OAuth2AccountLink_${prompt}`, account.label).suggestions(
    message('systemComponent_OAuth2AccountLink_linkAccountLabel'),
    message('systemComponent_OAuth2AccountLink_neverLinkLabel'),
    message('systemComponent_OAuth2AccountLink_notNowLabel'),
  )
}
