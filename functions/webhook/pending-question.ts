import type { Reply } from '../../shared/dialogflow/reply.ts'
import type { LinkChoice } from '../../shared/identity/answer-question.ts'
import type { LinkOutcome } from '../../shared/identity/link-account.ts'
import type { Question } from '../../shared/identity/question.ts'
import type { Interceptor } from '../../shared/intents/interceptor.ts'
import type { MessageKey } from '../messages/message-bundle.ts'
import { says } from '../messages/messages.ts'
import { say } from './account-replies.ts'
import type { Accounts } from './accounts.ts'
import { ask } from './associate.ts'
import { type Speaking, speakerOf } from './speaker.ts'
import type { WebhookContext } from './webhook-context.ts'

const choices: readonly (readonly [MessageKey, LinkChoice])[] = [
  ['systemComponent_OAuth2AccountLink_linkAccountLabel', 'link'],
  ['systemComponent_OAuth2AccountLink_neverLinkLabel', 'never'],
  ['systemComponent_OAuth2AccountLink_notNowLabel', 'notNow'],
]

const choiceIn = (text: string): LinkChoice | undefined => choices.find(([key]) => says(text, key))?.[1]

/** Takes the answer to the question whether to link the account. Whoever says something else has not answered yet. */
export const pendingQuestion = (accounts: Accounts): Interceptor<WebhookContext> => ({
  concerns: ({ text }) => choiceIn(text) !== undefined,

  async handle(turn, { clock, signal }) {
    const choice = choiceIn(turn.text)
    const speaking = speakerOf(turn, accounts.trust, clock())
    if (choice === undefined || speaking === undefined) return undefined
    const { account, speaker } = speaking
    const question = await accounts.identity.takeQuestion({ account: account.id, conversation: speaker.conversation })
    if (question === undefined) return undefined
    const outcome = await accounts.identity.answer(account, choice, question)
    if (question.conflict && choice === 'notNow') {
      // The account stays somebody else's, for whom these tokens are not.
      await accounts.oauth.resetTokens(question.identity.service, { user: account.id, signal })
    }
    return replyTo(accounts, speaking, question, outcome)
  },
})

const replyTo = async (
  accounts: Accounts,
  speaking: Speaking,
  question: Question,
  outcome: LinkOutcome,
): Promise<Reply> => {
  switch (outcome.outcome) {
    case 'linked':
      return say('systemComponent_OAuth2AccountLink_linked', speaking.account.label)
    case 'ask':
      return await ask(accounts, speaking, question, outcome)
    case 'unlinked':
      if (outcome.reason === 'never') return say('systemComponent_OAuth2AccountLink_neverLinked')
      if (outcome.reason === 'notNow') return say('systemComponent_OAuth2AccountLink_notLinkedNow')
      return say('systemComponent_OAuth2AccountLink_notLinkable')
  }
}
