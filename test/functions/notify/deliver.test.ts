import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { takeHeld } from '../../../shared/identity/held-notification.ts'
import { type Notification, notificationKey } from '../../../shared/identity/notification.ts'
import { LEASE_MS, notifications } from '../../../shared/identity/notification-claim.ts'
import { purgeNotifications } from '../../../shared/identity/notification-purge.ts'
import { undelivered } from '../../../shared/identity/notification-undelivered.ts'
import type { Reach, ReachableAccount } from '../../../shared/identity/reach.ts'
import { users } from '../../../shared/identity/user-record.ts'
import { unseal } from '../../../shared/storage/sealed-value.ts'
import { secrets } from '../../shared/channels/send-stand-ins.ts'
import { accountsOf, plainReach } from './plain-reach.ts'
import { type NotifyEstate, notificationOf, notifyEstate, type ServedNotify, serveNotify } from './served-notify.ts'

const MINUTE_MS = 60_000
const QUESTION = 'You have a message. Say “read message” to read it.'

let estate: NotifyEstate
let owned: AsyncDisposableStack

beforeEach(async () => {
  owned = new AsyncDisposableStack()
  estate = owned.use(await notifyEstate())
})
afterEach(() => owned.disposeAsync())

type Accounts = ReturnType<typeof accountsOf>

/** Ada has these accounts. */
const serve = async (choose: (accounts: Accounts) => readonly ReachableAccount[]): Promise<ServedNotify> =>
  owned.use(await serveNotify(estate, plainReach({ ada: choose(accountsOf(estate.clock.now)), bob: [] })))

const arrived = () => {
  const { slack, teams, twilio } = estate.channels
  return { slack: slack.messages.length, teams: teams.messages.length, twilio: twilio.messages.length }
}
const lastEntry = ({ entries }: ServedNotify) => entries.at(-1)
const recordOf = (changes: object = {}) =>
  estate.store.get(undelivered, notificationKey(notificationOf(changes) as Notification))

describe('a notification', () => {
  test('arrives where its user was seen last, once, with its link', async () => {
    const notify = await serve(({ slack, teams, twilio }) => [twilio, teams, slack])
    expect(await notify.push(notificationOf())).toEqual({ status: 200, outcome: 'sent' })
    expect(arrived()).toEqual({ slack: 1, teams: 0, twilio: 0 })
    const { text, link } = notificationOf()
    expect(estate.channels.slack.messages).toEqual([{ to: 'U0ADA', text, link }])
    expect(lastEntry(notify)).toMatchObject({
      severity: 'INFO',
      message: 'notification sent',
      fields: { channel: 'slack' },
    })
  })

  test('that is delivered again, after any time and with another text, is not sent again', async () => {
    const notify = await serve(({ slack, teams }) => [slack, teams])
    await notify.push(notificationOf())
    for (const wait of [0, LEASE_MS, 60 * MINUTE_MS, 6 * 24 * 60 * MINUTE_MS]) {
      estate.clock.now += wait
      expect(await notify.push(notificationOf({ text: 'Another text' }))).toEqual({ status: 200, outcome: 'repeated' })
    }
    expect(arrived()).toEqual({ slack: 1, teams: 0, twilio: 0 })
    await notify.push(notificationOf({ dedupe: 'order-8' }))
    expect(arrived()).toMatchObject({ slack: 2 })
  })

  test('is not sent again when Pub/Sub brings it back after it is forgotten, 7 days after its publication', async () => {
    const notify = await serve(({ slack }) => [slack])
    const publishedAt = estate.clock.now
    await notify.push(notificationOf(), publishedAt)
    estate.clock.now += 7 * 24 * 60 * MINUTE_MS
    expect(await notify.push(notificationOf(), publishedAt)).toEqual({ status: 200, outcome: 'undelivered' })
    expect(arrived()).toMatchObject({ slack: 1 })
    expect(await recordOf()).toMatchObject({ value: { reason: 'too_late', user: 'ada' } })
  })

  test('that is delivered twenty times at once arrives once; the others are to come again, and then end', async () => {
    const notify = await serve(({ slack, teams, twilio }) => [slack, teams, twilio])
    const other = await serve(({ slack, teams, twilio }) => [twilio, teams, slack])
    const deliver = () =>
      Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? notify : other).push(notificationOf())))
    const answers = await deliver()
    expect(answers.filter(({ outcome }) => outcome === 'sent')).toHaveLength(1)
    expect(answers.every(({ status, outcome }) => (outcome === undefined ? status === 503 : status === 200))).toBe(true)
    expect(await deliver()).toEqual(Array.from({ length: 20 }, () => ({ status: 200, outcome: 'repeated' })))
    expect(arrived()).toEqual({ slack: 1, teams: 0, twilio: 0 })
  })

  test('says nothing of itself, its user or our secrets in the log', async () => {
    const notify = await serve(({ slack, twilio }) => [slack, twilio])
    for (const fault of ['refuse', 'down', undefined, 'lost'] as const) {
      estate.channels.slack.fault = fault
      estate.channels.twilio.fault = fault
      await notify.push(notificationOf({ dedupe: `key-of-ada-${fault}` }))
    }
    const said = JSON.stringify(notify.entries)
    expect(notify.entries).toHaveLength(4)
    for (const word of ['order', 'shop.example', 'ada', 'U0ADA', '5550100', ...secrets])
      expect(said).not.toContain(word)
  })
})

describe('a channel that', () => {
  test.each([
    ['refuses', 'refuse'],
    ['is busy', 'busy'],
    ['is down', 'down'],
  ] as const)('%s has the next account tried', async (_, fault) => {
    const notify = await serve(({ slack, teams, twilio }) => [slack, teams, twilio])
    estate.channels.slack.fault = fault
    estate.channels.teams.fault = fault
    expect(await notify.push(notificationOf())).toEqual({ status: 200, outcome: 'sent' })
    expect(arrived()).toEqual({ slack: 0, teams: 0, twilio: 1 })
  })

  test('refuses, and there is no other: the message is undelivered, and kept for 14 days with the reasons', async () => {
    const notify = await serve(({ slack, twilio }) => [slack, twilio])
    estate.channels.slack.fault = 'refuse'
    estate.channels.twilio.fault = 'refuse'
    expect(await notify.push(notificationOf())).toEqual({ status: 200, outcome: 'undelivered' })
    const attempts = [
      { channel: 'slack', reason: 'slack:account_inactive' },
      { channel: 'twilio', reason: 'twilio:21610' },
    ]
    const record = await recordOf()
    expect(record).toMatchObject({
      value: { reason: 'refused', attempts, user: 'ada', at: estate.clock.now },
      expiresAt: estate.clock.now + 14 * 24 * 60 * MINUTE_MS,
    })
    expect(JSON.stringify(record)).not.toMatch(/order|shop/)
    const sealed = String(Reflect.get(Object(record?.value), 'sealed'))
    expect(unseal(estate.keyring, undelivered, record?.key ?? '', sealed)).toMatchObject({
      value: { value: notificationOf() },
    })
    expect(lastEntry(notify)).toMatchObject({
      severity: 'ERROR',
      message: 'notification undelivered',
      fields: { reason: 'refused', attempts, hint: expect.stringContaining('CHANNEL_CREDENTIALS') },
    })
    estate.channels.slack.fault = undefined
    expect(await notify.push(notificationOf())).toMatchObject({ outcome: 'repeated' })
    expect(arrived()).toMatchObject({ slack: 0 })
  })

  test.each(['lost', 'reset', 'hang'] as const)(
    'gives no answer (%s) may have shown it: no other is tried, now or later',
    async fault => {
      const notify = await serve(({ slack, twilio }) => [slack, twilio])
      estate.channels.slack.fault = fault
      if (fault === 'hang') {
        // A run that stands still longer than its lease is one that another takes over.
        void notify.push(notificationOf()).catch(() => {})
        await expect.poll(() => estate.channels.slack.messages.length).toBe(1)
        estate.clock.now += LEASE_MS
      }
      expect(await notify.push(notificationOf())).toEqual({ status: 200, outcome: 'undelivered' })
      expect(await recordOf()).toMatchObject({
        value: { reason: 'outcome_unknown', user: 'ada', attempts: [{ channel: 'slack' }] },
      })
      estate.channels.slack.fault = undefined
      estate.clock.now += 60 * MINUTE_MS
      expect(await notify.push(notificationOf())).toEqual({ status: 200, outcome: 'repeated' })
      expect(arrived()).toEqual({ slack: fault === 'reset' ? 0 : 1, teams: 0, twilio: 0 })
    },
  )

  test('will not take it now is tried again for an hour from its publication', async () => {
    const notify = await serve(({ slack, twilio }) => [slack, twilio])
    const publishedAt = estate.clock.now
    estate.channels.slack.fault = 'refuse'
    estate.channels.twilio.fault = 'busy'
    for (const wait of [0, MINUTE_MS, 59 * MINUTE_MS - 1]) {
      estate.clock.now += wait
      expect(await notify.push(notificationOf(), publishedAt)).toEqual({ status: 503, outcome: undefined })
    }
    expect(await recordOf()).toBeUndefined()
    estate.clock.now += 1
    expect(await notify.push(notificationOf(), publishedAt)).toEqual({ status: 200, outcome: 'undelivered' })
    expect(await recordOf()).toMatchObject({ value: { reason: 'unavailable' } })
  })

  test('takes it after all gets it once', async () => {
    const notify = await serve(({ slack }) => [slack])
    estate.channels.slack.fault = 'down'
    expect(await notify.push(notificationOf())).toMatchObject({ status: 503 })
    estate.channels.slack.fault = undefined
    expect(await notify.push(notificationOf())).toEqual({ status: 200, outcome: 'sent' })
    expect(await notify.push(notificationOf())).toEqual({ status: 200, outcome: 'repeated' })
    expect(arrived()).toMatchObject({ slack: 1 })
  })
})

describe('a user', () => {
  test.each([
    ['whom nobody knows', { user: { username: 'eve' } }, 'user_unknown', null],
    ['with somebody else’s name', { user: { username: 'twin' } }, 'user_ambiguous', null],
    ['without an account to reach', { user: { username: 'bob' } }, 'no_account', 'bob'],
  ] as const)('%s is not guessed at', async (_, changes, reason, user) => {
    const notify = await serve(({ slack }) => [slack])
    expect(await notify.push(notificationOf(changes))).toEqual({ status: 200, outcome: 'undelivered' })
    expect(await recordOf(changes)).toMatchObject({ value: { reason, user, attempts: [] } })
    expect(lastEntry(notify)).toMatchObject({ severity: 'ERROR', fields: { reason, hint: expect.any(String) } })
    expect(arrived()).toEqual({ slack: 0, teams: 0, twilio: 0 })
  })
})

const busy = (account: ReachableAccount, now: number, minutes = 4): ReachableAccount => ({
  ...account,
  lastSeen: now - minutes * MINUTE_MS,
})

describe('a user in the middle of a conversation', () => {
  test('is asked there, and gets the message when they ask for it', async () => {
    const notify = await serve(({ slack, twilio }) => [busy(slack, estate.clock.now), twilio])
    expect(await notify.push(notificationOf())).toEqual({ status: 200, outcome: 'held' })
    expect(estate.channels.slack.messages).toEqual([{ to: 'U0ADA', text: QUESTION }])
    expect(arrived()).toMatchObject({ twilio: 0 })
    const { account } = accountsOf(0).slack
    expect(await takeHeld(estate, account, 'ada')).toEqual([
      { text: notificationOf().text, link: notificationOf().link, heldAt: estate.clock.now },
    ])
    expect(await notify.push(notificationOf())).toMatchObject({ outcome: 'repeated' })
    expect(await takeHeld(estate, account, 'ada')).toEqual([])
  })

  test('is one who wrote less than five minutes ago', async () => {
    const notify = await serve(({ slack, twilio }) => [busy(slack, estate.clock.now, 5), twilio])
    expect(await notify.push(notificationOf())).toEqual({ status: 200, outcome: 'sent' })
    estate.clock.now -= 1
    expect(await notify.push(notificationOf({ dedupe: 'another' }))).toEqual({ status: 200, outcome: 'held' })
  })

  test('is asked in the language they speak there', async () => {
    const notify = await serve(({ teams }) => [busy(teams, estate.clock.now)])
    await notify.push(notificationOf())
    expect(estate.channels.teams.messages).toMatchObject([{ text: expect.stringContaining('« lire le message »') }])
  })

  test('who cannot be asked there gets the message elsewhere, and it is held no longer', async () => {
    const notify = await serve(({ slack, twilio }) => [busy(slack, estate.clock.now), twilio])
    estate.channels.slack.fault = 'refuse'
    expect(await notify.push(notificationOf())).toEqual({ status: 200, outcome: 'sent' })
    expect(arrived()).toMatchObject({ twilio: 1 })
    expect(await takeHeld(estate, accountsOf(0).slack.account, 'ada')).toEqual([])
  })

  test.each(['refuse', 'busy'] as const)('who can be asked nowhere (%s) has nothing held', async fault => {
    const both = ({ slack, twilio }: Accounts) => [slack, twilio].map(account => busy(account, estate.clock.now))
    const notify = await serve(both)
    estate.channels.slack.fault = fault
    estate.channels.twilio.fault = fault
    expect(await notify.push(notificationOf())).toMatchObject({ status: fault === 'busy' ? 503 : 200 })
    for (const { account } of both(accountsOf(0))) expect(await takeHeld(estate, account, 'ada')).toEqual([])
  })

  test('who may or may not have been asked can ask for it, and it is sent nowhere else', async () => {
    const notify = await serve(({ slack, twilio }) => [busy(slack, estate.clock.now), twilio])
    estate.channels.slack.fault = 'lost'
    expect(await notify.push(notificationOf())).toEqual({ status: 200, outcome: 'held' })
    expect(arrived()).toMatchObject({ twilio: 0 })
    expect(await takeHeld(estate, accountsOf(0).slack.account, 'ada')).toHaveLength(1)
  })

  test('who does not ask for it within a day has not got it', async () => {
    const notify = await serve(({ slack }) => [busy(slack, estate.clock.now)])
    await notify.push(notificationOf())
    await estate.store.put(users, 'ada', { value: { since: 0, accounts: [], identities: [] } })
    estate.clock.now += 24 * 60 * MINUTE_MS
    await purgeNotifications({ ...estate, clock: () => estate.clock.now }, 100)
    expect(await recordOf()).toMatchObject({ value: { reason: 'not_read', user: 'ada' } })
  })
})

test('a store that fails has nothing sent, and the message comes again', async () => {
  const notify = owned.use(
    await serveNotify(estate, plainReach({ ada: [accountsOf(estate.clock.now).slack] }), {
      STORE: 'sqlite:/nowhere/at/all.sqlite',
    }),
  )
  expect(await notify.push(notificationOf())).toEqual({ status: 500, outcome: undefined })
  expect(lastEntry(notify)).toMatchObject({ severity: 'ERROR', message: 'call failed' })
  expect(arrived()).toEqual({ slack: 0, teams: 0, twilio: 0 })
})

test('a look-up that fails has nothing sent, and the message is delivered once it works', async () => {
  let works = false
  const plain = plainReach({ ada: [accountsOf(estate.clock.now).slack] })
  const reach: Reach = {
    ...plain,
    findUser: reference => (works ? plain.findUser(reference) : Promise.reject(new Error('the store of users'))),
  }
  const notify = owned.use(await serveNotify(estate, reach))
  expect(await notify.push(notificationOf())).toMatchObject({ status: 500 })
  works = true
  estate.clock.now += LEASE_MS
  expect(await notify.push(notificationOf())).toEqual({ status: 200, outcome: 'sent' })
  expect(await estate.store.get(notifications, notificationKey(notificationOf() as Notification))).toMatchObject({
    value: { state: 'done' },
  })
})
