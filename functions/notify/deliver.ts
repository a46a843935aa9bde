import type { Send } from '../../shared/channels/sender.ts'
import { localize } from '../../shared/dialogflow/localized.ts'
import { heldEntry, heldNotifications } from '../../shared/identity/held-notification.ts'
import { type Notification, notificationKey } from '../../shared/identity/notification.ts'
import { type Alongside, type Claim, claimNotification, KNOWN_MS } from '../../shared/identity/notification-claim.ts'
import {
  type FailedAttempt,
  type Undelivered,
  undelivered,
  undeliveredEntry,
} from '../../shared/identity/notification-undelivered.ts'
import type { Reach, ReachableAccount } from '../../shared/identity/reach.ts'
import type { Clock } from '../../shared/runtime/clock.ts'
import type { Keyring } from '../../shared/storage/keyring.ts'
import type { Store } from '../../shared/storage/store.ts'
import { message } from '../messages/messages.ts'

export type DeliverParts = {
  readonly store: Store
  readonly clock: Clock
  /** Encrypts what is kept. */
  readonly keyring: Keyring
  readonly reach: Reach
  readonly send: Send
}

/** What has become of a notification with this delivery. */
export type Delivery =
  | { readonly outcome: 'sent'; readonly channel: string }
  /** The user is in the middle of a conversation there: told that there is a message, which is held. */
  | { readonly outcome: 'held'; readonly channel: string }
  | ({ readonly outcome: 'undelivered' } & Undelivered)
  /** An earlier delivery has dealt with it. */
  | { readonly outcome: 'repeated' }
  /** Deliver it again: another delivery is at work, or no channel would take it yet. */
  | {
      readonly outcome: 'later'
      readonly reason: 'taken' | 'unavailable'
      readonly attempts: readonly FailedAttempt[]
    }

/** @param publishedAt milliseconds since the epoch */
export type Deliver = (notification: Notification, publishedAt: number) => Promise<Delivery>

/** Who wrote so lately is taken to be in the middle of something. */
const BUSY_MS = 5 * 60_000

/** How long channels that are down or too busy are tried again. */
const PERSIST_MS = 60 * 60_000

/** More would not fit into a request's time, should each of them be slow. */
const MAX_ACCOUNTS = 5

const TAKEN: Delivery = { outcome: 'later', reason: 'taken', attempts: [] }

/**
 * Delivers a notification to the account where its user was seen last, or the next one that takes it; **at most once**,
 * however often and at however many places at once it is delivered to us, and wherever a process is killed. Before each
 * attempt is written what is about to be tried. What was begun and has no known end may have been sent: it is not tried
 * again, and ends as undelivered.
 */
export const createDeliver =
  (parts: DeliverParts): Deliver =>
  async (notification, publishedAt) => {
    const claimed = await claimNotification(parts, notificationKey(notification))
    if (claimed.outcome === 'done') return { outcome: 'repeated' }
    if (claimed.outcome === 'taken') return TAKEN
    const delivery = new OneDelivery(parts, notification, claimed.claim)
    return claimed.claim.left === undefined ? delivery.run(publishedAt) : delivery.settle(claimed.claim.left)
  }

/** What a delivery does with its claim. */
class OneDelivery {
  readonly #parts: DeliverParts
  readonly #notification: Notification
  readonly #claim: Claim
  readonly #attempts: FailedAttempt[] = []
  /** Takes back what is held for an account that could not be told of it; goes with the next write. */
  #takeBack: Alongside = () => {}

  constructor(parts: DeliverParts, notification: Notification, claim: Claim) {
    this.#parts = parts
    this.#notification = notification
    this.#claim = claim
  }

  async run(publishedAt: number): Promise<Delivery> {
    const { reach, clock } = this.#parts
    const found = await reach.findUser(this.#notification.user)
    if (found.outcome === 'unknown') return this.#giveUp('user_unknown', null)
    if (found.outcome === 'ambiguous') return this.#giveUp('user_ambiguous', null)
    const { user } = found
    if (clock() - publishedAt >= KNOWN_MS) return this.#giveUp('too_late', user)
    const accounts = (await reach.reachableAccounts(user)).slice(0, MAX_ACCOUNTS)
    if (accounts.length === 0) return this.#giveUp('no_account', user)

    let mayComeBack = false
    for (const account of accounts) {
      const isBusy = clock() - account.lastSeen < BUSY_MS
      const tried = isBusy ? await this.#ask(account, user) : await this.#tell(account, user)
      if (tried !== 'refused' && tried !== 'busy') return tried
      mayComeBack ||= tried === 'busy'
    }
    if (!mayComeBack) return this.#giveUp('refused', user)
    if (clock() - publishedAt >= PERSIST_MS) return this.#giveUp('unavailable', user)
    await this.#claim.release(this.#takeBack)
    return { outcome: 'later', reason: 'unavailable', attempts: this.#attempts }
  }

  /** What another process has left behind. A message that it held is safe, whether or not its user knows of it. */
  async settle({ channel, held }: NonNullable<Claim['left']>): Promise<Delivery> {
    if (!held) {
      this.#attempts.push({ channel, reason: 'broken_off' })
      const found = await this.#parts.reach.findUser(this.#notification.user)
      return this.#giveUp('outcome_unknown', found.outcome === 'found' ? found.user : null)
    }
    return (await this.#claim.finish()) ? { outcome: 'held', channel } : TAKEN
  }

  /** Sends the message itself. */
  async #tell({ channel, address }: ReachableAccount, user: string): Promise<Delivery | 'refused' | 'busy'> {
    if (!(await this.#claim.attempt({ channel, held: false }, this.#takeBack))) return TAKEN
    this.#takeBack = () => {}
    const sent = await this.#parts.send(address, this.#notification)
    if (sent.outcome === 'sent') return (await this.#claim.finish()) ? { outcome: 'sent', channel } : TAKEN
    this.#attempts.push({ channel, reason: sent.reason })
    return sent.outcome === 'unknown' ? this.#giveUp('outcome_unknown', user) : sent.outcome
  }

  /** Holds the message, and sends a question in its place. Should that be lost, the message is not. */
  async #ask(account: ReachableAccount, user: string): Promise<Delivery | 'refused' | 'busy'> {
    const { channel, address, language } = account
    const { key, entry } = heldEntry(this.#parts, { account: account.account, user, notification: this.#notification })
    const takeBack = this.#takeBack
    const isMine = await this.#claim.attempt({ channel, held: true }, transaction => {
      takeBack(transaction)
      transaction.put(heldNotifications, key, entry)
    })
    if (!isMine) return TAKEN
    this.#takeBack = transaction => transaction.delete(heldNotifications, key)
    const sent = await this.#parts.send(address, {
      text: localize(message('systemComponent_Notification_question'), language),
    })
    if (sent.outcome === 'sent' || sent.outcome === 'unknown') {
      return (await this.#claim.finish()) ? { outcome: 'held', channel } : TAKEN
    }
    this.#attempts.push({ channel, reason: sent.reason })
    return sent.outcome
  }

  async #giveUp(reason: Undelivered['reason'], user: string | null): Promise<Delivery> {
    const given = { reason, attempts: this.#attempts, user }
    const key = notificationKey(this.#notification)
    const isMine = await this.#claim.finish(transaction => {
      this.#takeBack(transaction)
      transaction.put(undelivered, key, undeliveredEntry(this.#parts, key, given, this.#notification))
    })
    return isMine ? { outcome: 'undelivered', ...given } : TAKEN
  }
}
