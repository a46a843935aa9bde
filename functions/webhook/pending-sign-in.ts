import type { Reply } from '../../shared/dialogflow/reply.ts'
import type { Interceptor } from '../../shared/intents/interceptor.ts'
import type { Registry } from '../../shared/intents/registry.ts'
import { readSignInCode } from '../../shared/oauth/sign-in-code.ts'
import type { CodeOutcome } from '../../shared/oauth/submit-code.ts'
import { describeError } from '../../shared/runtime/describe-error.ts'
import type { JsonObject } from '../../shared/runtime/json.ts'
import { says } from '../messages/messages.ts'
import { codeReply, signInReply } from './account-replies.ts'
import type { Accounts } from './accounts.ts'
import { type Association, associate } from './associate.ts'
import { createReplay } from './replay.ts'
import { asUser, type Speaking, speakerOf } from './speaker.ts'
import type { WebhookContext } from './webhook-context.ts'

/**
 * Looks at a turn before any handler does: a code that is typed for a sign-in, or a word that cancels one. When the
 * sign-in is over, the turn that it interrupted is answered; then comes what there is to say about linking the account.
 */
export const pendingSignIn = (accounts: Accounts, registry: Registry<WebhookContext>): Interceptor<WebhookContext> => {
  const { oauth } = accounts
  const replay = createReplay(accounts, registry)
  const isCancel = (text: string) => says(text, 'systemComponent_OAuth2AccountLink_cancelLabel')

  const cancel = async (speaking: Speaking, context: WebhookContext): Promise<Reply | undefined> => {
    const cancelled = await oauth.cancelSignIn(speaking.speaker)
    if (cancelled.outcome === 'none') return undefined
    const by = asUser(speaking, await accounts.identity.userOf(speaking.account))
    return (await replay(cancelled.interrupted, by, context)) ?? signInReply({ outcome: 'cancelled', by: 'user' })
  }

  return {
    concerns: ({ text }) => readSignInCode(text) !== undefined || isCancel(text),

    async handle(turn, context) {
      const speaking = speakerOf(turn, accounts.trust, context.clock())
      if (speaking === undefined) return undefined
      if (isCancel(turn.text)) return await cancel(speaking, context)
      // The grant is the account's own, until it is known whose the account is.
      const code = await oauth.submitCode(speaking.speaker, turn.text)
      if (code.outcome !== 'accepted') return codeReply(code)
      const association = await associated(accounts, speaking, code, context)
      const by = asUser(speaking, association.user ?? speaking.account.id)
      const answer = (await replay(code.interrupted, by, context)) ?? codeReply(code)
      return { parts: [...(answer?.parts ?? []), ...profileParts(code), ...association.parts] }
    },
  }
}

type Accepted = Extract<CodeOutcome, { readonly outcome: 'accepted' }>

const NOTHING: Association = { user: undefined, parts: [] }

/** The user is signed in, whatever becomes of the association: should the store fail now, they are asked another time. */
const associated = async (
  accounts: Accounts,
  speaking: Speaking,
  { identity, profile, accountLink }: Accepted,
  { log }: WebhookContext,
): Promise<Association> => {
  if (identity === undefined || accountLink === undefined) return NOTHING
  const username = usernameOf(profile)
  const signedIn = { identity, ...(username !== undefined && { username }), consent: accountLink.consent }
  try {
    return await associate(accounts, speaking, signedIn)
  } catch (error) {
    log('ERROR', 'channel account not linked: the store failed', { error: describeError(error) })
    return NOTHING
  }
}

/** For notifications, never for telling who somebody is: OpenID Connect Core §5.7. */
const usernameOf = (profile: JsonObject = {}): string | undefined => {
  const { preferred_username: name, email, email_verified: isVerified } = profile
  if (typeof name === 'string') return name
  return typeof email === 'string' && isVerified === true ? email : undefined
}

const profileParts = ({ accountLink, profile }: Accepted): Reply['parts'] => {
  const name = accountLink?.userProfileParameter
  return name === undefined || profile === undefined
    ? []
    : [{ kind: 'session_parameters', parameters: { [name]: profile } }]
}
