import { takesSignInLinks } from '../../shared/channels/takes-sign-in-links.ts'
import { parseTurn } from '../../shared/dialogflow/parse-turn.ts'
import type { Reply } from '../../shared/dialogflow/reply.ts'
import type { Turn } from '../../shared/dialogflow/turn.ts'
import type { HandlerContext } from '../../shared/intents/handler-context.ts'
import type { Interceptor } from '../../shared/intents/interceptor.ts'
import type { Registry } from '../../shared/intents/registry.ts'
import type { OAuth } from '../../shared/oauth/oauth.ts'
import { readSignInCode } from '../../shared/oauth/sign-in-code.ts'
import type { JsonObject, JsonValue } from '../../shared/runtime/json.ts'
import { codeReply, signInReply } from './account-replies.ts'
import { withProvenUserOf } from './proven-user.ts'
import { type SpeakerTrust, speakerOf } from './speaker.ts'
import type { AccountComponents, WebhookContext } from './webhook-context.ts'

/** What signs users in. */
export type Accounts = {
  readonly oauth: OAuth
  readonly trust: SpeakerTrust
}

/** Gives handlers the components that sign users in. */
export const contextWith =
  (accounts: Accounts | undefined) =>
  (context: HandlerContext, turn: Turn): WebhookContext => {
    // Made when a handler first asks: most intents never do.
    let made: AccountComponents | undefined
    const components = () => (made ??= componentsFor(accounts, context, turn))
    return {
      ...context,
      clientCredentials: (service, options) => components().clientCredentials(service, options),
      requireAccount: (service, options) => components().requireAccount(service, options),
      resetTokens: service => components().resetTokens(service),
      authorizationCode: request => components().authorizationCode(request),
      async withAccount(service, use, options) {
        const account = await components().requireAccount(service, options)
        return account.outcome === 'token' ? await use(account) : signInReply(account)
      },
      withProvenUser: withProvenUserOf(accounts?.trust.sessionTokens, turn, context),
    }
  }

const componentsFor = (accounts: Accounts | undefined, context: HandlerContext, turn: Turn): AccountComponents => {
  const speaking = accounts && speakerOf(turn, accounts.trust, context.clock())
  if (accounts === undefined || speaking === undefined) return unconfigured
  const { speaker, shown, account } = speaking
  const components = accounts.oauth.forTurn({ speaker, shown, interrupted: turn.body, signal: context.signal })
  return {
    ...components,
    async requireAccount(service, options) {
      const outcome = await components.requireAccount(service, options)
      // Others read along, or there is only a voice: the link would be theirs, or nobody's.
      return outcome.outcome === 'signIn' && !takesSignInLinks(account) ? { outcome: 'notPrivate' } : outcome
    },
  }
}

const unknown = (service: string) => ({ outcome: 'failed', failure: { code: 'service_unknown', service } }) as const

/** Without `AUTHENTICATION_SERVICES` there are none. */
const unconfigured: AccountComponents = {
  clientCredentials: async service => unknown(service),
  requireAccount: async service => unknown(service),
  resetTokens: async service => unknown(service),
  authorizationCode: async () => unknown('none'),
}

/** Words with which a user gives up a sign-in, when they are the whole message. */
const CANCEL = /^\s*(?:cancel|annuler|abbrechen|cancelar)\s*[.!]?\s*$/i

/**
 * Looks at a turn before any handler does: a code that is typed for a sign-in, or a word that cancels one. When the
 * sign-in is over, the turn that it interrupted is answered.
 */
export const pendingSignIn = (accounts: Accounts, registry: Registry<WebhookContext>): Interceptor<WebhookContext> => {
  const { oauth } = accounts
  const withComponents = contextWith(accounts)

  const replay = async (interrupted: JsonValue | undefined, context: WebhookContext): Promise<Reply | undefined> => {
    const turn = isObject(interrupted) ? parseTurn(interrupted) : undefined
    if (turn?.ok !== true) return undefined
    return await registry.find(turn.value)?.handle(turn.value, withComponents(context, turn.value))
  }

  return {
    concerns: ({ text }) => readSignInCode(text) !== undefined || CANCEL.test(text),

    async handle(turn, context) {
      const speaker = speakerOf(turn, accounts.trust, context.clock())?.speaker
      if (speaker === undefined) return undefined
      if (CANCEL.test(turn.text)) {
        const cancelled = await oauth.cancelSignIn(speaker)
        if (cancelled.outcome === 'none') return undefined
        return (await replay(cancelled.interrupted, context)) ?? signInReply({ outcome: 'cancelled', by: 'user' })
      }
      const code = await oauth.submitCode(speaker, turn.text)
      const replayed = code.outcome === 'accepted' ? await replay(code.interrupted, context) : undefined
      return replayed ?? codeReply(code)
    },
  }
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
