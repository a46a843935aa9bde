import { describe, expect, onTestFinished, test } from 'vitest'
import { accountKey, profiles } from '../../../shared/identity/profile.ts'
import { links } from '../../../shared/identity/user-record.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import type { Store } from '../../../shared/storage/store.ts'
import { contradictions, holderOf } from './consistency.ts'
import { DAY, type Instance, MINUTE, START, startInstance } from './instance.ts'
import { killedAt } from './killed.ts'
import { ada, adaInSlack, adaInTeams, grace, graceInSlack } from './people.ts'

const accounts = [adaInSlack, adaInTeams, graceInSlack]
const people = [ada, grace]
const signal = AbortSignal.timeout(60_000)
const retentionDays = 7

type World = { readonly store: Store; readonly clock: { now: number }; readonly revoked: string[] }
type After = World & { readonly instance: Instance }

type Scene = {
  readonly name: string
  /** Before the process starts that is killed. */
  readonly before: (instance: Instance, world: World) => Promise<unknown>
  /** What that process does. */
  readonly run: (instance: Instance) => Promise<unknown>
  /** What the user or the job does again. */
  readonly again: (instance: Instance) => Promise<unknown>
  /** What is so in the end. */
  readonly end: (after: After) => Promise<void>
}

const subjectsOf = async ({ oauth }: Instance, owner: string) =>
  (await oauth.linkedAccounts(owner)).map(({ subject }) => subject)

const link = (instance: Instance) => instance.signIn(adaInSlack, ada, 'no')
const conflict = { conflict: true, identity: grace }
const purge = (instance: Instance) => instance.identity.purgeExpired(10)
/** As the job does it. */
const purgeAll = async ({ identity, oauth }: Instance) => {
  await identity.purgeExpired(10)
  await oauth.purgeExpired(10)
}

/** Ada is nobody's any more, and whatever her user held is revoked. */
const adaIsGone = async ({ store, instance, revoked }: After) => {
  expect(await holderOf(store, ada)).toBeUndefined()
  expect(await instance.identity.userOf(adaInSlack)).not.toMatch(/^user:/)
  expect(revoked).toEqual(expect.arrayContaining([`refresh of ${ada.subject}`, `access of ${ada.subject}`]))
}

const scenes: readonly Scene[] = [
  {
    name: 'linking',
    before: instance => instance.grant(adaInSlack, ada),
    run: instance => instance.identity.signedIn(adaInSlack, { identity: ada, consent: 'no' }),
    // The next turn finds it linked with its grant, or not at all.
    async again(instance) {
      const user = await instance.identity.userOf(adaInSlack)
      expect(await subjectsOf(instance, user)).toEqual([ada.subject])
    },
    async end({ store, instance }) {
      expect(await instance.identity.userOf(adaInSlack)).toBe((await holderOf(store, ada)) ?? adaInSlack.id)
    },
  },
  {
    name: 'linking, with no turn but the purge after it',
    before: instance => instance.grant(adaInSlack, ada),
    run: instance => instance.identity.signedIn(adaInSlack, { identity: ada, consent: 'no' }),
    again: async () => {},
    async end({ store, instance }) {
      const owner = (await holderOf(store, ada)) ?? adaInSlack.id
      expect(await subjectsOf(instance, owner)).toEqual([ada.subject])
    },
  },
  {
    name: 'moving an account to somebody else',
    async before(instance) {
      await link(instance)
      await instance.signIn(graceInSlack, grace, 'no')
      await instance.grant(adaInSlack, grace)
    },
    run: instance => instance.identity.answer(adaInSlack, 'link', conflict),
    again: instance => instance.identity.answer(adaInSlack, 'link', conflict),
    async end({ store, instance, revoked }) {
      const holder = await holderOf(store, grace)
      expect(await instance.identity.userOf(adaInSlack)).toBe(holder)
      expect(await holderOf(store, ada)).toBeUndefined()
      expect(revoked).toContain(`refresh of ${ada.subject}`)
      expect(await subjectsOf(instance, holder ?? '')).toEqual([grace.subject])
      expect(await subjectsOf(instance, adaInSlack.id)).toEqual([])
    },
  },
  {
    name: 'unlinking the last account',
    before: link,
    run: instance => instance.identity.unlink(adaInSlack),
    again: instance => instance.identity.unlink(adaInSlack),
    end: adaIsGone,
  },
  {
    name: 'never',
    before: link,
    run: instance => instance.identity.answer(adaInSlack, 'never', conflict),
    again: instance => instance.identity.answer(adaInSlack, 'never', conflict),
    end: adaIsGone,
  },
  {
    name: 'forget me',
    async before(instance) {
      await link(instance)
      await instance.signIn(adaInTeams, ada, 'no')
      await instance.grant(adaInTeams, grace)
      await instance.identity.ask({ account: adaInTeams.id, conversation: 'c' }, conflict)
    },
    run: instance => instance.identity.forget(adaInSlack, { signal }),
    again: instance => instance.identity.forget(adaInSlack, { signal }),
    async end(after) {
      await adaIsGone(after)
      expect(after.revoked).toContain(`refresh of ${grace.subject}`)
      expect(await after.instance.identity.exportData(adaInTeams)).toMatchObject({
        channelAccounts: [],
        signedInServices: [],
        openQuestions: [],
        messages: [],
      })
    },
  },
  {
    name: 'purging a user',
    async before(instance, { clock }) {
      await link(instance)
      await instance.signIn(adaInTeams, ada, 'no')
      clock.now += retentionDays * DAY
    },
    run: purge,
    again: purge,
    end: adaIsGone,
  },
  {
    name: 'coming back before the purge',
    async before(instance, { clock }) {
      await link(instance)
      clock.now += retentionDays * DAY
    },
    run: instance => instance.identity.seen(adaInSlack, { language: 'en' }),
    again: instance => instance.identity.seen(adaInSlack, { language: 'en' }),
    end: adaIsGone,
  },
]

describe.each(['before', 'after'] as const)('killed %s an operation', { timeout: 30_000 }, when => {
  test.each(scenes)('of $name, all is consistent after the next run', async ({ before, run, again, end }) => {
    for (let at = 1, wasReached = true; wasReached; at += 1) {
      const clock = { now: START }
      const store = sqliteStore(':memory:', { clock: () => clock.now })
      const world: World = { store, clock, revoked: [] }
      await before(startInstance({ ...world, retentionDays }), world)

      const killed = killedAt(store, at, when)
      await run(startInstance({ ...world, store: killed.store, retentionDays })).catch(() => {})
      wasReached = killed.wasReached()
      expect(at > 1 || wasReached).toBe(true)

      // No later than the next day.
      clock.now += 2 * MINUTE
      const instance = startInstance({ ...world, retentionDays })
      expect(await contradictions(store, accounts, people)).toEqual([])
      await again(instance)
      for (let runs = 0; runs < 2; runs += 1) await purgeAll(instance)
      expect(await contradictions(store, accounts, people)).toEqual([])
      await end({ ...world, instance })
      expect(await purge(instance)).toMatchObject({ erasures: 0, transfers: 0, profiles: 0 })
      await store.close()
    }
  })
})

test('a profile that has no link is repaired by the next use, never believed', async () => {
  const clock = { now: START }
  const store = sqliteStore(':memory:', { clock: () => clock.now })
  onTestFinished(() => store.close())
  const instance = startInstance({ store, clock, retentionDays })
  await link(instance)
  await store.delete(links, accountKey(adaInSlack.id))
  clock.now += MINUTE
  await instance.identity.seen(adaInSlack, { language: 'en' })
  expect(await instance.identity.userOf(adaInSlack)).toBe(adaInSlack.id)
  expect(await store.get(profiles, accountKey(adaInSlack.id))).toMatchObject({ value: { user: null, kept: null } })
})
