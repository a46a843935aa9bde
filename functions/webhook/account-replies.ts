import { type Reply, type ReplyBuilder, reply } from '../../shared/dialogflow/reply.ts'
import type { ResetOutcome } from '../../shared/oauth/reset-tokens.ts'
import type { SignInOutcome } from '../../shared/oauth/sign-in-outcome.ts'
import type { CodeOutcome } from '../../shared/oauth/submit-code.ts'
import type { MessageKey } from '../messages/message-bundle.ts'
import { message } from '../messages/messages.ts'

/** A message of the bundles as a reply. */
export const say = (key: MessageKey, ...values: readonly string[]): ReplyBuilder =>
  reply().text(message(key, ...values))

/** What the user hears instead of what they asked for. */
export const signInReply = (outcome: SignInOutcome): Reply => {
  switch (outcome.outcome) {
    case 'signIn':
      return say('systemComponent_OAuth2AccountLink_prompt')
        .link(message('systemComponent_OAuth2AccountLink_linkLabel'), outcome.linkUrl)
        .suggestions(message('systemComponent_OAuth2AccountLink_cancelLabel'))
    case 'notPrivate':
      return say('systemComponent_OAuth2AccountLink_notPrivate')
    case 'textReceived':
      return say('systemComponent_OAuth2AccountLink_codeAwaited')
    case 'cancelled':
      return say('systemComponent_OAuth2AccountLink_cancelled')
    case 'failed':
      // The log has the reason.
      return say('systemComponent_OAuth2AccountLink_unreachable')
  }
}

/** What the user hears of the code that they typed; `undefined` if the message was none, or if their turn is replayed. */
export const codeReply = (outcome: CodeOutcome): Reply | undefined => {
  switch (outcome.outcome) {
    case 'none':
      return undefined
    case 'accepted':
      return say('systemComponent_OAuth2AccountLink_signedIn')
    case 'expired':
      return say('systemComponent_OAuth2AccountLink_codeExpired')
    case 'wrong':
      return outcome.attemptsLeft === 0
        ? say('systemComponent_OAuth2AccountLink_codeWrongAgain')
        : say('systemComponent_OAuth2AccountLink_codeWrong')
  }
}

/** What the user hears who signed out. */
export const signedOutReply = ({ outcome }: ResetOutcome): Reply => {
  switch (outcome) {
    case 'revoked':
    case 'pending':
      return say('systemComponent_ResetOAuth2Tokens_revoked')
    case 'notRevocable':
      return say('systemComponent_ResetOAuth2Tokens_notRevocable')
    case 'nothing':
      return say('systemComponent_ResetOAuth2Tokens_nothing')
    case 'failed':
      return say('systemComponent_OAuth2AccountLink_unreachable')
  }
}
