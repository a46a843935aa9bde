import { takesSignInLinks } from '../../shared/channels/takes-sign-in-links.ts'
import { parseTurn } from '../../shared/dialogflow/parse-turn.ts'
import type { Reply } from '../../shared/dialogflow/reply.ts'
import type { Turn } from '../../shared/dialogflow/turn.ts'
import type { HandlerContext } from '../../shared/intents/handler-context.ts'
import type { Interceptor } from '../../shared/intents/interceptor.ts'
import type { Registry } from '../../shared/intents/registry.ts'
import type { OAuth, TurnComponents } from '../../shared/oauth/oauth.ts'
import { readSignInCode } from '../../shared/oauth/sign-in-code.ts'
import type { JsonObject, JsonValue } from '../../shared/runtime/json.ts'
import type { Keyring } from '../../shared/storage/keyring.ts'
import { codeReply, signInReply } from './account-replies.ts'
import { withProvenUserOf } from './proven-user.ts'
import { type SpeakerTrust, type Speaking, speakerOf } from './speaker.ts'
import type { WebhookContext } from './webhook-context.ts'

/** What signs users in. */
export type Accounts = {
  readonly oauth: OAuth
  readonly trust: SpeakerTrust
  /** Encrypts what is stored of users. */
  readonly keyring: Keyring
}

/**
 * Gives handlers the components that sign users in.
 *
 * @param by who speaks, where it is not for the turn to say: a replayed turn is asked by whoever brought the code
 */
export const contextWith =
  (accounts: Accounts | undefined, by?: Speaking) =>
  (context: HandlerContext, turn: Turn): WebhookContext => {
    // Made when a handler first asks: most intents never do.
    let made: TurnComponents | undefined
    const components = () => (made ??= componentsFor(accounts, context, turn, by))
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

const componentsFor = (
  accounts: Accounts | undefined,
  { clock, signal }: HandlerContext,
  turn: Turn,
  by: Speaking | undefined,
): TurnComponents => {
  const speaking = accounts && (by ?? speakerOf(turn, accounts.trust, clock()))
  if (accounts === undefined || speaking === undefined) return unconfigured
  const { speaker, shown, account } = speaking
  return accounts.oauth.forTurn({
    speaker,
    shown,
    interrupted: turn.body,
    isPrivate: takesSignInLinks(account),
    signal,
  })
}

const unknown = (service: string) => ({ outcome: 'failed', failure: { code: 'service_unknown', service } }) as const

/** Without `AUTHENTICATION_SERVICES` there are none. */
const unconfigured: TurnComponents = {
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

  const replay = async (
    interrupted: JsonValue | undefined,
    by: Speaking,
    context: WebhookContext,
  ): Promise<Reply | undefined> => {
    const turn = isObject(interrupted) ? parseTurn(interrupted) : undefined
    if (turn?.ok !== true) return undefined
    return await registry.find(turn.value)?.handle(turn.value, contextWith(accounts, by)(context, turn.value))
  }

  return {
    concerns: ({ text }) => readSignInCode(text) !== undefined || CANCEL.test(text),

    async handle(turn, context) {
      const speaking = speakerOf(turn, accounts.trust, context.clock())
      if (speaking === undefined) return undefined
      const { speaker } = speaking
      if (CANCEL.test(turn.text)) {
        const cancelled = await oauth.cancelSignIn(speaker)
        if (cancelled.outcome === 'none') return undefined
        return (
          (await replay(cancelled.interrupted, speaking, context)) ?? signInReply({ outcome: 'cancelled', by: 'user' })
        )
      }
      const code = await oauth.submitCode(speaker, turn.text)
      const replayed = code.outcome === 'accepted' ? await replay(code.interrupted, speaking, context) : undefined
      return replayed ?? codeReply(code)
    },
  }
}

const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
