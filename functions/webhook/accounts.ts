import { takesSignInLinks } from '../../shared/channels/takes-sign-in-links.ts'
import type { Turn } from '../../shared/dialogflow/turn.ts'
import type { Identity } from '../../shared/identity/identity.ts'
import type { HandlerContext } from '../../shared/intents/handler-context.ts'
import type { OAuth, TurnComponents } from '../../shared/oauth/oauth.ts'
import type { AccountOutcome } from '../../shared/oauth/require-account.ts'
import type { Keyring } from '../../shared/storage/keyring.ts'
import type { Store } from '../../shared/storage/store.ts'
import { signInReply } from './account-replies.ts'
import { type OwnData, ownDataOf } from './own-data.ts'
import { withProvenUserOf } from './proven-user.ts'
import { asUser, type SpeakerTrust, type Speaking, speakerOf } from './speaker.ts'
import type { WebhookContext } from './webhook-context.ts'

/** What signs users in, and knows them again. */
export type Accounts = {
  readonly oauth: OAuth
  readonly identity: Identity
  readonly trust: SpeakerTrust
  readonly store: Store
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
    let made: Promise<TurnComponents> | undefined
    const components = () => (made ??= componentsFor(accounts, context, turn, by))
    const speaking = () => accounts && (by ?? speakerOf(turn, accounts.trust, context.clock()))
    const ownData = (): OwnData => ownDataOf(accounts, speaking(), context)
    return {
      ...context,
      // The agent's own: it is the same whoever speaks, and the store is not asked who that is.
      clientCredentials: async (service, options) =>
        accounts === undefined
          ? unknown(service)
          : accounts.oauth.clientCredentials(service, { ...options, signal: context.signal }),
      requireAccount: async (service, options) => (await components()).requireAccount(service, options),
      resetTokens: async service => (await components()).resetTokens(service),
      authorizationCode: async request => (await components()).authorizationCode(request),
      async withAccount(service, use, options) {
        const account = await (await components()).requireAccount(service, options)
        return account.outcome === 'token' ? await use(account) : signInReply(account)
      },
      withProvenUser: withProvenUserOf(accounts?.trust.sessionTokens, turn, context),
      linkChannelAccount: () => ownData().link(),
      unlinkChannelAccount: () => ownData().unlink(),
      forgetUser: () => ownData().forget(),
      exportUserData: () => ownData().export(),
    }
  }

const componentsFor = async (
  accounts: Accounts | undefined,
  { clock, signal }: HandlerContext,
  turn: Turn,
  by: Speaking | undefined,
): Promise<TurnComponents> => {
  const account = accounts && speakerOf(turn, accounts.trust, clock())
  if (accounts === undefined || account === undefined) return unconfigured
  const speaking = by ?? asUser(account, await accounts.identity.userOf(account.account))
  const components = accounts.oauth.forTurn({
    speaker: speaking.speaker,
    shown: speaking.shown,
    interrupted: turn.body,
    isPrivate: takesSignInLinks(speaking.account),
    signal,
  })
  return {
    ...components,
    /** What a sign-in that was broken off has left with the account would sign them in again: see {@link adoptGrant}. */
    async resetTokens(service) {
      const reset = await components.resetTokens(service)
      if (speaking.speaker.user === speaking.account.id) return reset
      const left = await accounts.oauth.resetTokens(service, { user: speaking.account.id, signal })
      return reset.outcome === 'nothing' ? left : reset
    },
    async requireAccount(service, options) {
      const outcome = await components.requireAccount(service, options)
      if (outcome.outcome !== 'signIn' || !(await adoptGrant(accounts, speaking, service))) return outcome
      return await withoutSignIn(accounts, speaking, () => components.requireAccount(service, options))
    },
  }
}

/**
 * An account that is linked signs in, and the process dies between taking the code and giving the grant to the user: then
 * the account has it still. Found here, when the user misses it.
 */
const adoptGrant = async (
  { oauth, identity }: Accounts,
  { speaker, account }: Speaking,
  service: string,
): Promise<boolean> => {
  if (speaker.user === account.id) return false
  const left = (await oauth.linkedAccounts(account.id)).find(grant => grant.service === service)
  if (left === undefined) return false
  const { issuer, subject } = left
  // Linked it is already: should it not be any more, nothing is done without a question.
  const linked = await identity.signedIn(account, { identity: { service, issuer, subject }, consent: 'yes' })
  return linked.outcome === 'linked' && linked.user === speaker.user
}

/** The sign-in that has just been offered is not needed. */
const withoutSignIn = async (
  { oauth }: Accounts,
  { speaker }: Speaking,
  again: () => Promise<AccountOutcome>,
): Promise<AccountOutcome> => {
  await oauth.cancelSignIn(speaker)
  return await again()
}

const unknown = (service: string) => ({ outcome: 'failed', failure: { code: 'service_unknown', service } }) as const

/** Without `AUTHENTICATION_SERVICES` there are none. */
const unconfigured: TurnComponents = {
  clientCredentials: async service => unknown(service),
  requireAccount: async service => unknown(service),
  resetTokens: async service => unknown(service),
  authorizationCode: async () => unknown('none'),
}
