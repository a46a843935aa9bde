import { beforeEach, describe, expect, test } from 'vitest'
import { heldEntry, heldNotifications } from '../../../shared/identity/held-notification.ts'
import { keptMessages } from '../../../shared/identity/kept-messages.ts'
import { keyedHash } from '../../../shared/identity/keyed-hash.ts'
import { neverLinked } from '../../../shared/identity/never-linked.ts'
import { undelivered, undeliveredEntry } from '../../../shared/identity/notification-undelivered.ts'
import { accountKey } from '../../../shared/identity/profile.ts'
import type { Question } from '../../../shared/identity/question.ts'
import type { AssociationConsent } from '../../../shared/oauth/account-link.ts'
import type { Clock } from '../../../shared/runtime/clock.ts'
import type { Store } from '../../../shared/storage/store.ts'
import { contradictions, holderOf, profileIn } from './consistency.ts'
import { DAY, type Instance, type InstanceOptions, MINUTE, rotatedKeyring, START, startInstance } from './instance.ts'
import { killedAt } from './killed.ts'
import {
  accountOf,
  ada,
  adaAtCrm,
  adaInSlack,
  adaInTeams,
  adaOnThePhone,
  aSession,
  grace,
  graceInSlack,
  inTelegram,
} from './people.ts'

const accounts = [adaInSlack, adaInTeams, adaOnThePhone, graceInSlack]
const identities = [ada, adaAtCrm, grace]

const question: Question = { conflict: false, identity: ada }

/**
 * What this room keeps to on every store. `open` gives an empty one: as many times as a test has instances of a function,
 * if the database can be shared.
 */
export const identityContract = (name: string, open: (clock: Clock) => Promise<Store>): void => {
  describe(name, () => {
    const clock = { now: START }
    let store: Store
    let revoked: string[]
    let home: Instance
    const start = (options: Partial<InstanceOptions> = {}): Instance =>
      startInstance({ store, clock, revoked, ...options })

    beforeEach(async () => {
      clock.now = START
      store = await open(() => clock.now)
      revoked = []
      home = start()
    })

    const userOf = (account = adaInSlack) => home.identity.userOf(account)
    const seen = (account = adaInSlack, instance = home) => instance.identity.seen(account, { language: 'en' })
    const consistent = async () => expect(await contradictions(store, accounts, identities)).toEqual([])
    /** Ada, linked in Slack, and what her user's key is. */
    const linkAda = async (account = adaInSlack, instance = home): Promise<string> => {
      const linked = await instance.signIn(account, ada, 'no')
      if (linked.outcome !== 'linked') throw new Error(`not linked: ${JSON.stringify(linked)}`)
      return linked.user
    }
    /** One that is held for Ada in Slack, and one that did not reach her. */
    const keepMessages = async (user: string): Promise<void> => {
      const parts = { clock: () => clock.now, keyring: home.keyring }
      const messageOf = (dedupe: string) => ({ user: { username: 'ada' }, text: `Message ${dedupe}`, dedupe })
      const held = heldEntry(parts, { account: adaInSlack.id, user, notification: messageOf('held') })
      await store.put(heldNotifications, held.key, held.entry)
      const lost = { reason: 'refused', attempts: [], user } as const
      await store.put(undelivered, 'lost', undeliveredEntry(parts, 'lost', lost, messageOf('lost')))
    }
    const servicesOf = async (user: string) => (await home.oauth.linkedAccounts(user)).map(({ subject }) => subject)

    describe('a provisional profile', () => {
      test('is made by the first use, and gone 14 days after the last, to the millisecond', async () => {
        await seen()
        clock.now += 5 * DAY
        await seen()
        clock.now += 14 * DAY - 1
        expect(await profileIn(store, adaInSlack)).toMatchObject({ lastSeen: START + 5 * DAY, user: null })
        expect(await home.identity.purgeExpired(10)).toMatchObject({ profiles: 0 })
        clock.now += 1
        expect(await profileIn(store, adaInSlack)).toBeUndefined()
        expect(await home.identity.purgeExpired(10)).toMatchObject({ profiles: 1 })
        expect(await home.identity.purgeExpired(10)).toMatchObject({ profiles: 0 })
      })

      test('is one for each channel account', async () => {
        await Promise.all([seen(adaInSlack), seen(adaInTeams)])
        clock.now += MINUTE
        await seen(adaInSlack)
        expect(await profileIn(store, adaInSlack)).toMatchObject({ channel: 'slack', lastSeen: START + MINUTE })
        expect(await profileIn(store, adaInTeams)).toMatchObject({ channel: 'microsoft_teams', lastSeen: START })
      })

      test('is written at most once a minute by an instance', async () => {
        await seen()
        clock.now += MINUTE - 1
        await seen()
        expect(await profileIn(store, adaInSlack)).toMatchObject({ lastSeen: START })
        clock.now += 1
        await seen()
        expect(await profileIn(store, adaInSlack)).toMatchObject({ lastSeen: START + MINUTE })
      })

      test('is written at the next use when the store failed', async () => {
        const failing = start({ store: killedAt(store, 1, 'before').store })
        await expect(seen(adaInSlack, failing)).rejects.toThrow('killed')
        await expect(seen(adaInSlack, failing)).rejects.toThrow('killed')
      })

      test('is not made for an account that nothing vouches for', async () => {
        await seen(aSession)
        expect(await home.identity.exportData(aSession)).toMatchObject({ channelAccounts: [] })
        expect(await userOf(aSession)).toBe(aSession.id)
      })

      test('has the last language that can be one', async () => {
        await home.identity.seen(adaInSlack, { language: 'fr-CA' })
        clock.now += MINUTE
        await home.identity.seen(adaInSlack, { language: 'x'.repeat(36) })
        expect(await profileIn(store, adaInSlack)).toMatchObject({ language: 'fr-CA' })
      })
    })

    describe('the first sign-in', () => {
      test('makes the user, and a later account of the same identity becomes theirs', async () => {
        const user = await linkAda()
        expect(user).not.toContain('ada')
        expect(await linkAda(adaInTeams)).toBe(user)
        expect([await userOf(adaInSlack), await userOf(adaInTeams)]).toEqual([user, user])
        await consistent()
      })

      test('of another identity makes another user, though the user name is the same', async () => {
        await home.signIn(adaInSlack, ada, 'no', 'ada@example.com')
        await home.signIn(graceInSlack, grace, 'no', 'ada@example.com')
        expect(await userOf(graceInSlack)).not.toBe(await userOf(adaInSlack))
      })

      test('of the same subject at another service makes another user', async () => {
        await home.signIn(adaInSlack, ada, 'no')
        await home.signIn(graceInSlack, { ...ada, service: 'crm' }, 'no')
        expect(await userOf(graceInSlack)).not.toBe(await userOf(adaInSlack))
      })

      test('makes the grant of the account the user’s', async () => {
        const user = await linkAda()
        expect(await servicesOf(user)).toEqual([ada.subject])
        expect(await servicesOf(adaInSlack.id)).toEqual([])
      })

      test('at a second service adds an identity to the user, and asks nothing', async () => {
        const user = await linkAda()
        expect(await home.signIn(adaInSlack, adaAtCrm)).toEqual({ outcome: 'linked', user, notify: false })
        expect(await home.signIn(adaInTeams, adaAtCrm, 'no')).toMatchObject({ user })
        expect(await servicesOf(user)).toEqual(expect.arrayContaining([ada.subject, adaAtCrm.subject]))
        await consistent()
      })

      test('again, with the same identity, changes nothing and asks nothing', async () => {
        const user = await linkAda()
        expect(await home.signIn(adaInSlack, ada)).toEqual({ outcome: 'linked', user, notify: false })
        expect(await home.signIn(adaInSlack, ada, 'notify')).toEqual({ outcome: 'linked', user, notify: false })
      })
    })

    describe('linking', () => {
      test('off, links nobody and asks nobody', async () => {
        const off = start({ linking: { enabled: false } })
        expect(await off.signIn(adaInSlack, ada)).toEqual({ outcome: 'unlinked', reason: 'off' })
        expect(await off.identity.answer(adaInSlack, 'link', question)).toEqual({ outcome: 'unlinked', reason: 'off' })
        expect(await off.identity.userOf(adaInSlack)).toBe(adaInSlack.id)
        expect(await off.identity.answer(adaInSlack, 'never', question)).toEqual({ outcome: 'unlinked', reason: 'off' })
        expect(await off.identity.reconsider(adaInSlack)).toBe(false)
        expect(await holderOf(store, ada)).toBeUndefined()
      })

      test('switched off, has accounts stand alone that were linked', async () => {
        const user = await linkAda()
        const off = start({ linking: { enabled: false } })
        expect(await off.identity.userOf(adaInSlack)).toBe(adaInSlack.id)
        expect(await userOf()).toBe(user)
      })

      test.each(['yes', 'no', 'notify'] as const)('leaves other channels alone with consent %s', async consent => {
        await seen(inTelegram)
        expect(await home.signIn(inTelegram, ada, consent)).toEqual({ outcome: 'unlinked', reason: 'channel' })
        expect(await home.signIn(aSession, ada, consent)).toEqual({ outcome: 'unlinked', reason: 'channel' })
        expect(await userOf(inTelegram)).toBe(inTelegram.id)
        clock.now += 14 * DAY
        expect(await profileIn(store, inTelegram)).toBeUndefined()
      })

      test.each([adaInSlack, adaInTeams, adaOnThePhone])('is for $channel by default', async account => {
        expect(await home.signIn(account, ada)).toEqual({ outcome: 'ask', conflict: false })
      })

      test('is for the channels that are configured', async () => {
        const other = start({ linking: { channels: new Set(['telegram']) } })
        expect(await other.signIn(inTelegram, ada, 'no')).toMatchObject({ outcome: 'linked' })
        expect(await other.signIn(adaInSlack, ada, 'no')).toEqual({ outcome: 'unlinked', reason: 'channel' })
      })

      test('needs no store to say that an account stands alone that cannot be linked', async () => {
        const off = start({ linking: { enabled: false }, store: killedAt(store, 0, 'before').store })
        expect(await off.identity.userOf(adaInSlack)).toBe(adaInSlack.id)
        const on = start({ store: killedAt(store, 0, 'before').store })
        expect(await on.identity.userOf(inTelegram)).toBe(inTelegram.id)
      })

      test('stops at as many accounts as nobody has', async () => {
        for (let index = 0; index < 50; index += 1) await linkAda(accountOf('slack', `${index}`))
        expect(await home.signIn(adaInSlack, ada, 'no')).toEqual({ outcome: 'unlinked', reason: 'full' })
      })
    })

    describe('consent', () => {
      test('yes asks, and stores nothing before the answer', async () => {
        expect(await home.signIn(adaInSlack, ada)).toEqual({ outcome: 'ask', conflict: false })
        expect(await holderOf(store, ada)).toBeUndefined()
        expect(await userOf()).toBe(adaInSlack.id)
        expect(await home.identity.answer(adaInSlack, 'link', question)).toMatchObject({ outcome: 'linked' })
        expect(await userOf()).toBe(await holderOf(store, ada))
      })

      test('yes asks for every account, also where the identity is known', async () => {
        await linkAda()
        expect(await home.signIn(adaInTeams, ada)).toEqual({ outcome: 'ask', conflict: false })
        expect(await userOf(adaInTeams)).toBe(adaInTeams.id)
      })

      test('no links silently', async () => {
        expect(await home.signIn(adaInSlack, ada, 'no')).toMatchObject({ outcome: 'linked', notify: false })
      })

      test('notify links, and has the user told', async () => {
        expect(await home.signIn(adaInSlack, ada, 'notify')).toMatchObject({ outcome: 'linked', notify: true })
      })
    })

    describe('not now', () => {
      const consents: readonly AssociationConsent[] = ['yes', 'no', 'notify']

      beforeEach(async () => {
        await home.signIn(adaInSlack, ada)
        await home.identity.answer(adaInSlack, 'notNow', question)
      })

      test.each(consents)('holds for 24 hours and no longer, with consent %s', async consent => {
        clock.now += DAY
        await seen()
        expect(await home.signIn(adaInSlack, ada, consent)).toEqual({ outcome: 'unlinked', reason: 'notNow' })
        expect(await userOf()).toBe(adaInSlack.id)
        clock.now += 1
        const later = await home.signIn(adaInSlack, ada, consent)
        expect(later.outcome).toBe(consent === 'yes' ? 'ask' : 'linked')
      })

      test('is of this account alone', async () => {
        expect(await home.signIn(adaInTeams, ada)).toEqual({ outcome: 'ask', conflict: false })
      })

      test('is taken back by a link at the user’s wish', async () => {
        expect(await home.identity.link(adaInSlack, { identity: ada })).toMatchObject({ outcome: 'linked' })
      })
    })

    describe('never', () => {
      test.each(['yes', 'no', 'notify'] as const)('is asked no more with consent %s', async consent => {
        await home.identity.answer(adaInSlack, 'never', question)
        clock.now += 1100 * DAY
        expect(await home.signIn(adaInSlack, ada, consent)).toEqual({ outcome: 'unlinked', reason: 'never' })
        expect(await home.identity.answer(adaInSlack, 'link', question)).toEqual({
          outcome: 'unlinked',
          reason: 'never',
        })
        expect(await home.signIn(adaInTeams, ada, consent)).not.toMatchObject({ reason: 'never' })
      })

      test('survives the purge and forget me, as a keyed hash that says nothing', async () => {
        await seen()
        await home.identity.answer(adaInSlack, 'never', question)
        expect(await home.identity.exportData(adaInSlack)).toMatchObject({
          neverLinked: [{ id: adaInSlack.id, since: new Date(START).toISOString() }],
        })
        const kept = await store.get(neverLinked, keyedHash(home.keyring, 'never linked', adaInSlack.id))
        expect(kept).toMatchObject({ value: { since: START } })
        expect(kept?.expiresAt).toBeUndefined()
        clock.now += 14 * DAY
        await home.identity.purgeExpired(10)
        await home.identity.forget(adaInSlack, { signal: AbortSignal.timeout(5000) })
        expect(await home.signIn(adaInSlack, ada)).toEqual({ outcome: 'unlinked', reason: 'never' })
      })

      test('is taken back when the user says so, once', async () => {
        await home.identity.answer(adaInSlack, 'never', question)
        expect(await home.identity.reconsider(adaInSlack)).toBe(true)
        expect(await home.identity.reconsider(adaInSlack)).toBe(false)
        expect(await home.signIn(adaInSlack, ada)).toEqual({ outcome: 'ask', conflict: false })
      })

      test('is taken back by a link at the user’s wish', async () => {
        await home.identity.answer(adaInSlack, 'never', question)
        expect(await home.identity.link(adaInSlack, { identity: ada })).toMatchObject({ outcome: 'linked' })
        expect(await home.identity.reconsider(adaInSlack)).toBe(false)
      })

      test('lets an account go that is linked, and revokes what its user held', async () => {
        const user = await linkAda()
        await home.identity.answer(adaInSlack, 'never', { conflict: true, identity: grace })
        expect(await userOf()).toBe(adaInSlack.id)
        expect([await holderOf(store, ada), await servicesOf(user)]).toEqual([undefined, []])
        expect(revoked).toEqual([`refresh of ${ada.subject}`, `access of ${ada.subject}`])
      })

      test('is found after a rotation of the keyring, and survives the old key’s end once it was', async () => {
        const [before, after] = rotatedKeyring()
        await start({ keyring: before }).identity.answer(adaInSlack, 'never', question)
        expect(await start({ keyring: after }).signIn(adaInSlack, ada)).toMatchObject({ reason: 'never' })
        const fresh = { active: after.active, keys: new Map([...after.keys].filter(([id]) => id === after.active)) }
        expect(await start({ keyring: fresh }).signIn(adaInSlack, ada)).toMatchObject({ reason: 'never' })
        expect(await store.get(neverLinked, keyedHash(before, 'never linked', adaInSlack.id))).toBeUndefined()
      })

      test('is taken back after a rotation too', async () => {
        const [before, after] = rotatedKeyring()
        await start({ keyring: before }).identity.answer(adaInSlack, 'never', question)
        expect(await start({ keyring: after }).identity.reconsider(adaInSlack)).toBe(true)
        expect(await start({ keyring: before }).identity.reconsider(adaInSlack)).toBe(false)
      })
    })

    describe('a conflict', () => {
      const conflict = { conflict: true, identity: grace }

      test.each<[string, AssociationConsent]>([
        ['somebody else’s identity', 'yes'],
        ['somebody else’s identity', 'no'],
        ['somebody else’s identity', 'notify'],
      ])('over %s is asked about with consent %s, and changes nothing meanwhile', async (_, consent) => {
        const user = await linkAda()
        await linkAda(adaInTeams)
        const other = await home.signIn(graceInSlack, grace, 'no')
        expect(await home.signIn(adaInTeams, grace, consent)).toEqual({ outcome: 'ask', conflict: true })
        expect(await userOf(adaInTeams)).toBe(user)
        expect(other).toMatchObject({ user: await holderOf(store, grace) })
      })

      test.each(['yes', 'no', 'notify'] as const)(
        'over another subject at the same service is asked about with consent %s',
        async consent => {
          const user = await linkAda()
          expect(await home.signIn(adaInSlack, grace, consent)).toEqual({ outcome: 'ask', conflict: true })
          expect([await userOf(), await holderOf(store, grace)]).toEqual([user, undefined])
        },
      )

      test('moves the account alone when the user says so, with an audit entry', async () => {
        const user = await linkAda()
        await linkAda(adaInTeams)
        await home.signIn(graceInSlack, grace, 'no')
        const other = await userOf(graceInSlack)
        await home.signIn(adaInTeams, grace)
        const moved = await home.identity.answer(adaInTeams, 'link', conflict)
        expect(moved).toEqual({ outcome: 'linked', user: other, notify: false })
        expect([await userOf(adaInSlack), await userOf(adaInTeams)]).toEqual([user, other])
        const { history } = await home.identity.exportData(adaInTeams)
        expect(history).toContainEqual({ action: 'moved', at: new Date(START).toISOString(), user: other, from: user })
        expect(home.logged.said()).toContain('NOTICE channel account moved')
        await consistent()
      })

      test('moves the account to a new user where the identity has none', async () => {
        const user = await linkAda()
        await linkAda(adaInTeams)
        await home.signIn(adaInTeams, grace)
        await home.identity.answer(adaInTeams, 'link', conflict)
        expect(await userOf(adaInTeams)).toBe(await holderOf(store, grace))
        expect([await userOf(adaInSlack), await holderOf(store, ada)]).toEqual([user, user])
        await consistent()
      })

      test('ends the user whose last account moves away, and revokes their grants', async () => {
        const user = await linkAda()
        await home.signIn(adaInSlack, grace)
        await home.identity.answer(adaInSlack, 'link', conflict)
        expect([await holderOf(store, ada), await servicesOf(user)]).toEqual([undefined, []])
        expect(revoked).toEqual([`refresh of ${ada.subject}`, `access of ${ada.subject}`])
        expect(await servicesOf(await userOf())).toEqual([grace.subject])
        await consistent()
      })

      test('takes nothing along that somebody else has granted there', async () => {
        await linkAda()
        await linkAda(adaInTeams)
        await home.signIn(graceInSlack, grace, 'no')
        const other = await userOf(graceInSlack)
        // Signed in, and killed before it was known what to do about the account.
        await home.signIn(adaInSlack, adaAtCrm, 'no')
        await home.grant(adaInTeams, adaAtCrm)
        await home.signIn(adaInTeams, grace)
        await home.identity.answer(adaInTeams, 'link', conflict)
        expect(await servicesOf(other)).toEqual([grace.subject])
        expect(await servicesOf(adaInTeams.id)).toEqual([])
      })

      test('leaves nothing with an account whose profile is past its day before it is answered', async () => {
        const instance = start({ retentionDays: 7 })
        await linkAda(adaInSlack, instance)
        await linkAda(adaInTeams, instance)
        clock.now += 4 * DAY
        await seen(adaInSlack, instance)
        await instance.grant(adaInTeams, grace)
        clock.now += 3 * DAY
        await instance.identity.purgeExpired(10)
        expect(await instance.identity.userOf(adaInTeams)).toBe(adaInTeams.id)
        expect(await servicesOf(adaInTeams.id)).toEqual([])
      })

      test('that has come about since the question is asked about again', async () => {
        await home.signIn(adaInSlack, ada)
        await home.signIn(adaInSlack, grace, 'no')
        const answered = await home.identity.answer(adaInSlack, 'link', question)
        expect(answered).toEqual({ outcome: 'ask', conflict: true })
        expect(await userOf()).toBe(await holderOf(store, grace))
      })

      test('is asked about even when the user has said to link of their own accord', async () => {
        await linkAda()
        expect(await home.identity.link(adaInSlack, { identity: grace })).toEqual({ outcome: 'ask', conflict: true })
      })

      test('is asked about again at the next sign-in, however soon after not now: without a word it could come to nothing', async () => {
        await linkAda()
        await home.identity.answer(adaInSlack, 'notNow', conflict)
        expect(await home.signIn(adaInSlack, grace)).toEqual({ outcome: 'ask', conflict: true })
        expect(await userOf()).toBe(await holderOf(store, ada))
      })
    })

    describe('unlinking', () => {
      test('has the account stand alone, for 14 days after its last use', async () => {
        const user = await linkAda()
        await linkAda(adaInTeams)
        expect(await home.identity.unlink(adaInTeams)).toBe(true)
        expect(await home.identity.unlink(adaInTeams)).toBe(false)
        expect([await userOf(adaInSlack), await userOf(adaInTeams)]).toEqual([user, adaInTeams.id])
        expect(await servicesOf(user)).toEqual([ada.subject])
        await consistent()
        clock.now += 14 * DAY
        expect(await profileIn(store, adaInTeams)).toBeUndefined()
        expect(await profileIn(store, adaInSlack)).toBeDefined()
      })

      test('the last account ends the user, and revokes their grants', async () => {
        const user = await linkAda()
        clock.now += MINUTE
        await home.signIn(adaInSlack, adaAtCrm)
        clock.now += MINUTE
        await home.identity.unlink(adaInSlack)
        expect([await holderOf(store, ada), await holderOf(store, adaAtCrm)]).toEqual([undefined, undefined])
        expect(await servicesOf(user)).toEqual([])
        expect(new Set(revoked).size).toBe(4)
        expect(home.logged.said()).toContain('NOTICE channel account unlinked')
        expect(await home.identity.exportData(adaInSlack)).toMatchObject({
          user: null,
          history: [{ action: 'linked' }, { action: 'identityAdded' }, { action: 'unlinked' }],
        })
      })
    })

    describe('the question', () => {
      const asked = { account: adaInSlack.id, conversation: 'conversation-1' }
      const take = (instance = home) => instance.identity.takeQuestion(asked)

      test('is kept for ten minutes', async () => {
        const kept = { ...question, username: 'ada' }
        await home.identity.ask(asked, kept)
        clock.now += 10 * MINUTE - 1
        expect(await take()).toEqual(kept)
        await home.identity.ask(asked, kept)
        clock.now += 10 * MINUTE
        expect(await take()).toBeUndefined()
        expect(await home.identity.purgeExpired(10)).toMatchObject({ questions: 1 })
      })

      test('is the account’s, in its conversation, alone', async () => {
        await home.identity.ask(asked, question)
        expect(await home.identity.takeQuestion({ ...asked, conversation: 'conversation-2' })).toBeUndefined()
        expect(await home.identity.takeQuestion({ ...asked, account: graceInSlack.id })).toBeUndefined()
        expect(await take()).toEqual(question)
      })

      test('takes the place of the one before', async () => {
        await home.identity.ask(asked, question)
        await home.identity.ask(asked, { conflict: true, identity: grace })
        expect(await take()).toEqual({ conflict: true, identity: grace })
        expect(await take()).toBeUndefined()
      })

      test('is given to one of two answers at once', async () => {
        await home.identity.ask(asked, question)
        const taken = await Promise.all([take(), take(start()), take(), take(start())])
        expect(taken.filter(one => one !== undefined)).toEqual([question])
      })
    })

    describe('retention', () => {
      test('not set, keeps linked profiles for good', async () => {
        const user = await linkAda()
        clock.now += 10_000 * DAY
        expect(await home.identity.purgeExpired(10)).toMatchObject({ profiles: 0 })
        expect(await userOf()).toBe(user)
      })

      test.each([7, 1100])('of %i days lets linked profiles go so long after their last use', async retentionDays => {
        const instance = start({ retentionDays })
        const user = await linkAda(adaInSlack, instance)
        clock.now += DAY
        await seen(adaInSlack, instance)
        clock.now += retentionDays * DAY - 1
        expect(await instance.identity.purgeExpired(10)).toMatchObject({ profiles: 0 })
        expect(await instance.identity.userOf(adaInSlack)).toBe(user)
        clock.now += 1
        expect(await instance.identity.userOf(adaInSlack)).toBe(adaInSlack.id)
        expect(await instance.identity.reachableAccounts(user)).toEqual([])
        expect(await instance.identity.purgeExpired(10)).toMatchObject({ profiles: 1 })
        expect(await holderOf(store, ada)).toBeUndefined()
        await consistent()
      })

      test('does not touch accounts that stand alone', async () => {
        const instance = start({ retentionDays: 1100 })
        await seen(adaInSlack, instance)
        clock.now += 14 * DAY
        expect(await instance.identity.purgeExpired(10)).toMatchObject({ profiles: 1 })
      })

      test('takes the user with the last account, not before, and revokes their grants', async () => {
        const instance = start({ retentionDays: 7 })
        const user = await linkAda(adaInSlack, instance)
        clock.now += DAY
        await linkAda(adaInTeams, instance)
        clock.now += 6 * DAY
        await instance.identity.purgeExpired(10)
        await consistent()
        expect([await holderOf(store, ada), await servicesOf(user), revoked]).toEqual([user, [ada.subject], []])
        clock.now += DAY
        await instance.identity.purgeExpired(10)
        expect([await holderOf(store, ada), await servicesOf(user)]).toEqual([undefined, []])
        expect(revoked).toEqual([`refresh of ${ada.subject}`, `access of ${ada.subject}`])
        await consistent()
      })

      test('does not find who comes back after it, and before the purge, linked to anybody', async () => {
        const instance = start({ retentionDays: 7 })
        const user = await linkAda(adaInSlack, instance)
        clock.now += 7 * DAY
        expect(await instance.identity.exportData(adaInSlack)).toMatchObject({ user: null, signedInServices: [] })
        await seen(adaInSlack, instance)
        expect(await instance.identity.userOf(adaInSlack)).toBe(adaInSlack.id)
        expect([await holderOf(store, ada), await servicesOf(user)]).toEqual([undefined, []])
        expect(await instance.identity.exportData(adaInSlack)).toMatchObject({
          user: null,
          history: [{ action: 'linked' }, { action: 'expired' }],
        })
        expect(await instance.identity.purgeExpired(10)).toMatchObject({ profiles: 0 })
        await consistent()
      })

      test('may be purged while the account comes back', async () => {
        const instance = start({ retentionDays: 7 })
        await linkAda(adaInSlack, instance)
        clock.now += 7 * DAY
        await Promise.all([
          instance.identity.purgeExpired(10),
          seen(adaInSlack, instance),
          start({ retentionDays: 7 }).identity.purgeExpired(10),
        ])
        expect(await profileIn(store, adaInSlack)).toMatchObject({ user: null })
        await consistent()
      })

      test('that was set since reaches profiles that nobody uses any more, a batch at a time', async () => {
        for (const account of [adaInSlack, adaInTeams, adaOnThePhone]) await linkAda(account)
        clock.now += 30 * DAY
        const strict = start({ retentionDays: 30 })
        expect(await strict.identity.purgeExpired(2)).toMatchObject({ rescheduled: 2, profiles: 2 })
        expect(await strict.identity.purgeExpired(2)).toMatchObject({ rescheduled: 1, profiles: 1 })
        expect(await strict.identity.purgeExpired(2)).toMatchObject({ rescheduled: 0, profiles: 0 })
        expect(await holderOf(store, ada)).toBeUndefined()
      })

      test('that has changed several times reaches them all, a batch at a time', async () => {
        for (const [index, retentionDays] of [7, 60, 90].entries()) {
          await linkAda(accountOf('slack', `${index}`), start({ retentionDays }))
        }
        const counts = []
        for (let run = 0; run < 4; run += 1) counts.push((await home.identity.purgeExpired(1)).rescheduled)
        expect(counts).toEqual([1, 1, 1, 0])
      })

      test('that was taken back since lets dormant profiles stay', async () => {
        await linkAda(adaInSlack, start({ retentionDays: 7 }))
        clock.now += 6 * DAY
        expect(await home.identity.purgeExpired(10)).toMatchObject({ rescheduled: 1 })
        clock.now += 100 * DAY
        expect(await home.identity.purgeExpired(10)).toMatchObject({ rescheduled: 0, profiles: 0 })
        expect(await userOf()).toBe(await holderOf(store, ada))
      })

      test('that only a purge has known is found when it changes again', async () => {
        await linkAda()
        await start({ retentionDays: 60 }).identity.purgeExpired(10)
        expect(await start({ retentionDays: 7 }).identity.purgeExpired(10)).toMatchObject({ rescheduled: 1 })
      })

      test('of audit entries is 400 days', async () => {
        await linkAda()
        clock.now += 400 * DAY - 1
        expect(await home.identity.purgeExpired(10)).toMatchObject({ auditEntries: 0 })
        clock.now += 1
        expect(await home.identity.purgeExpired(10)).toMatchObject({ auditEntries: 1 })
      })

      test('is bounded by the purge’s limit', async () => {
        for (const account of accounts) await seen(account)
        clock.now += 14 * DAY
        const counts = []
        for (let run = 0; run < 3; run += 1) counts.push((await home.identity.purgeExpired(3)).profiles)
        expect(counts).toEqual([3, 1, 0])
      })
    })

    describe('forget me', () => {
      const signal = AbortSignal.timeout(60_000)

      test('deletes everything about the person, in all of their accounts, and revokes their grants', async () => {
        const user = await linkAda()
        await linkAda(adaInTeams)
        await home.grant(adaInTeams, adaAtCrm)
        await home.identity.ask({ account: adaInTeams.id, conversation: 'conversation-1' }, question)
        await home.signIn(graceInSlack, grace, 'no')
        await keepMessages(user)
        expect(await home.identity.forget(adaInSlack, { signal })).toEqual({
          profiles: 2,
          identities: 1,
          grants: 2,
          questions: 1,
          complete: true,
        })
        for (const account of [adaInSlack, adaInTeams]) {
          expect(await home.identity.exportData(account)).toMatchObject({
            user: null,
            channelAccounts: [],
            identities: [],
            signedInServices: [],
            openQuestions: [],
            messages: [],
          })
        }
        expect([await holderOf(store, ada), await servicesOf(user)]).toEqual([undefined, []])
        expect(await keptMessages({ store, keyring: home.keyring }, user, [accountKey(adaInSlack.id)])).toEqual([])
        expect(new Set(revoked).size).toBe(4)
        expect(await userOf(graceInSlack)).toBe(await holderOf(store, grace))
        expect(await home.identity.purgeExpired(10)).toMatchObject({ erasures: 0 })
        await consistent()
      })

      test('keeps audit entries, which do not say who it was', async () => {
        const user = await linkAda()
        clock.now += MINUTE
        await home.identity.forget(adaInSlack, { signal })
        const { history } = await home.identity.exportData(adaInSlack)
        expect(history).toMatchObject([
          { action: 'linked', user },
          { action: 'forgotten', user },
        ])
      })

      test('revokes the grants of an account that stands alone, a session among them', async () => {
        await home.grant(aSession, ada)
        expect(await home.identity.forget(aSession, { signal })).toMatchObject({ profiles: 0, grants: 1 })
        expect(await servicesOf(aSession.id)).toEqual([])
      })

      test('deletes the grant of a service that is configured no more', async () => {
        await home.grant(adaInSlack, ada)
        const without = start({ services: new Map() })
        expect(await without.identity.forget(adaInSlack, { signal })).toMatchObject({ grants: 1, complete: true })
        expect(await servicesOf(adaInSlack.id)).toEqual([])
      })

      test('is followed by a new profile at the next use', async () => {
        await seen()
        await home.identity.forget(adaInSlack, { signal })
        expect(await profileIn(store, adaInSlack)).toBeUndefined()
        await seen()
        expect(await profileIn(store, adaInSlack)).toBeDefined()
      })
    })

    test('export gives all that is held, in all of the person’s accounts', async () => {
      await home.identity.seen(adaOnThePhone, { language: 'de' })
      await home.signIn(adaOnThePhone, ada, 'no', 'Ada@Example.com')
      const user = await userOf(adaOnThePhone)
      await linkAda()
      await home.identity.ask({ account: adaInSlack.id, conversation: 'c' }, question)
      await keepMessages(user)
      const at = new Date(START).toISOString()
      const grantKept = new Date(START + 30 * DAY).toISOString()
      const exported = await home.identity.exportData(adaInSlack)
      expect(exported).toEqual({
        exportedAt: at,
        user: { id: user, since: at },
        channelAccounts: [
          {
            id: adaInSlack.id,
            channel: 'slack',
            label: 'slack',
            masked: adaInSlack.masked,
            address: { kind: 'slack', team: 'T1', user: 'ada.slack', channel: null },
            language: 'en',
            lastSeen: at,
            linkedAt: at,
            notNowAt: null,
            keptUntil: null,
          },
          {
            id: adaOnThePhone.id,
            channel: 'twilio',
            label: 'twilio',
            masked: adaOnThePhone.masked,
            address: { kind: 'twilio', to: '+15550001111', from: '+15559990000' },
            language: 'de',
            lastSeen: at,
            linkedAt: at,
            notNowAt: null,
            keptUntil: null,
          },
        ],
        identities: [{ ...ada, username: 'Ada@Example.com', since: at }],
        signedInServices: expect.arrayContaining([{ ...ada, keptUntil: grantKept }]),
        openQuestions: [{ ...ada, username: null }],
        messages: [
          { state: 'held', text: 'Message held', since: at },
          { state: 'undelivered', text: 'Message lost', since: at },
        ],
        neverLinked: [],
        history: [
          { action: 'linked', at, user, from: null },
          { action: 'linked', at, user, from: null },
        ],
      })
      expect(JSON.stringify(exported)).not.toContain(`access of ${ada.subject}`)
    })

    describe('a user', () => {
      test('is found by service and subject', async () => {
        const user = await linkAda()
        const find = (service: string, subject: string) => home.identity.findUser({ service, subject })
        expect(await find(ada.service, ada.subject)).toEqual({ outcome: 'found', user })
        expect(await find('crm', ada.subject)).toEqual({ outcome: 'unknown' })
        expect(await find(ada.service, grace.subject)).toEqual({ outcome: 'unknown' })
      })

      test('is found by the user name, however it is written, until it changes', async () => {
        await home.signIn(adaInSlack, ada, 'no', 'Ada@Example.com')
        await home.signIn(adaInSlack, adaAtCrm, 'no', 'ada@example.com')
        const user = await userOf()
        expect(await home.identity.findUser({ username: ' ADA@example.COM' })).toEqual({ outcome: 'found', user })
        for (const identity of [ada, adaAtCrm]) await home.signIn(adaInSlack, identity, 'no', 'lovelace@example.com')
        expect(await home.identity.findUser({ username: 'ada@example.com' })).toEqual({ outcome: 'unknown' })
      })

      test('keeps the user name when a sign-in does not tell one', async () => {
        await home.signIn(adaInSlack, ada, 'no', 'ada@example.com')
        await home.signIn(adaInSlack, ada)
        expect(await home.identity.findUser({ username: 'ada@example.com' })).toMatchObject({ outcome: 'found' })
      })

      test.each(['', '  ', 'x'.repeat(257)])('is not found by what is no user name: %j', async username => {
        await home.signIn(adaInSlack, ada, 'no', username)
        expect(await home.identity.findUser({ username })).toEqual({ outcome: 'unknown' })
      })

      test('is not told from another of the same user name', async () => {
        await home.signIn(adaInSlack, ada, 'no', 'same@example.com')
        await home.signIn(graceInSlack, grace, 'no', 'same@example.com')
        expect(await home.identity.findUser({ username: 'same@example.com' })).toEqual({ outcome: 'ambiguous' })
      })

      test('is found by the user name after a rotation of the keyring', async () => {
        const [before, after] = rotatedKeyring()
        await start({ keyring: before }).signIn(adaInSlack, ada, 'no', 'ada@example.com')
        const found = await start({ keyring: after }).identity.findUser({ username: 'ada@example.com' })
        expect(found).toEqual({ outcome: 'found', user: await holderOf(store, ada) })
      })

      test('is reached where they were last seen, then elsewhere, and nowhere that has no address', async () => {
        const user = await linkAda()
        clock.now += MINUTE
        await linkAda(adaOnThePhone)
        clock.now += MINUTE
        await linkAda(accountOf('slack', 'addressless', { address: undefined }))
        expect(await home.identity.reachableAccounts(user)).toEqual([
          {
            account: adaOnThePhone.id,
            channel: 'twilio',
            address: adaOnThePhone.address,
            lastSeen: START + MINUTE,
            language: 'en',
            masked: adaOnThePhone.masked,
          },
          expect.objectContaining({ account: adaInSlack.id, address: adaInSlack.address, lastSeen: START }),
        ])
        await home.identity.unlink(adaOnThePhone)
        expect(await home.identity.reachableAccounts(user)).toMatchObject([{ account: adaInSlack.id }])
        expect(await home.identity.reachableAccounts('user:nobody')).toEqual([])
      })
    })

    describe('at the same moment', () => {
      test('several accounts that sign in as one person become one user', async () => {
        const many = Array.from({ length: 6 }, (_, index) => accountOf('slack', `many-${index}`))
        const outcomes = await Promise.all(many.map(account => start().signIn(account, ada, 'no')))
        const users = new Set(outcomes.map(outcome => outcome.outcome === 'linked' && outcome.user))
        expect([...users]).toEqual([await holderOf(store, ada)])
        expect(await contradictions(store, many, [ada])).toEqual([])
      })

      test('two people become two users', async () => {
        await Promise.all([start().signIn(adaInSlack, ada, 'no'), start().signIn(graceInSlack, grace, 'no')])
        expect(await userOf(adaInSlack)).not.toBe(await userOf(graceInSlack))
        await consistent()
      })

      test('one account that signs in as two people becomes one of them, and asks about the other', async () => {
        const outcomes = await Promise.all([
          start().signIn(adaInSlack, ada, 'no'),
          start().signIn(adaInSlack, grace, 'no'),
        ])
        expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['ask', 'linked'])
        await consistent()
      })

      test('link and never end in never', async () => {
        await Promise.all([
          start().identity.answer(adaInSlack, 'link', question),
          start().identity.answer(adaInSlack, 'never', question),
        ])
        expect(await userOf()).toBe(adaInSlack.id)
        await consistent()
      })
    })
  })
}
