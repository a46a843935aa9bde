import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { accountKey, profileEntry, profiles } from '../../../shared/identity/profile.ts'
import { withTransfer } from '../../../shared/identity/transfer.ts'
import { users } from '../../../shared/identity/user-record.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import type { Store } from '../../../shared/storage/store.ts'
import { holderOf, profileIn } from './consistency.ts'
import { MINUTE, START, startInstance } from './instance.ts'
import { ada, adaAtCrm, adaInSlack, grace } from './people.ts'

const signal = AbortSignal.timeout(60_000)

let store: Store
let clock: { now: number }
beforeEach(() => {
  clock = { now: START }
  store = sqliteStore(':memory:', { clock: () => clock.now })
  onTestFinished(() => store.close())
})

const start = (more: Partial<Parameters<typeof startInstance>[0]> = {}) => startInstance({ store, clock, ...more })

test('a transfer does not take away the mark of a sign-in that came while it ran', async () => {
  const other = start()
  const instance = start({
    oauth: ({ transferAccounts }) => ({
      async transferAccounts(from, to) {
        await transferAccounts(from, to)
        // Elsewhere a sign-in ends with its transaction, and its process is killed before the transfer.
        await other.grant(adaInSlack, adaAtCrm)
        const profile = await profileIn(store, adaInSlack)
        if (profile === undefined) throw new Error('no profile')
        await store.put(
          profiles,
          accountKey(adaInSlack.id),
          profileEntry({ retentionDays: undefined }, withTransfer(profile)),
        )
      },
    }),
  })
  await instance.signIn(adaInSlack, ada, 'no')
  expect(await profileIn(store, adaInSlack)).toMatchObject({ pending: 'transfer' })
  const user = await other.identity.userOf(adaInSlack)
  expect(await other.oauth.linkedAccounts(user)).toHaveLength(2)
  expect(await profileIn(store, adaInSlack)).toMatchObject({ pending: null })
})

test('a transfer that was broken off gives nobody what somebody else has granted since', async () => {
  const instance = start()
  const linked = await instance.signIn(adaInSlack, ada, 'no')
  const user = linked.outcome === 'linked' ? linked.user : ''
  await instance.oauth.resetTokens(ada.service, { user, signal })
  const profile = await profileIn(store, adaInSlack)
  if (profile === undefined) throw new Error('no profile')
  await store.put(
    profiles,
    accountKey(adaInSlack.id),
    profileEntry({ retentionDays: undefined }, withTransfer(profile)),
  )
  expect(await instance.signIn(adaInSlack, grace)).toEqual({ outcome: 'ask', conflict: true })
  expect(await instance.identity.userOf(adaInSlack)).toBe(user)
  expect(await instance.oauth.linkedAccounts(user)).toEqual([])
})

test('a transfer to a user who has ended meanwhile leaves nothing with them', async () => {
  const revoked: string[] = []
  const other = start({ revoked })
  const instance = start({
    revoked,
    oauth: ({ transferAccounts }) => ({
      async transferAccounts(from, to) {
        await other.identity.unlink(adaInSlack)
        await transferAccounts(from, to)
      },
    }),
  })
  const linked = await instance.signIn(adaInSlack, ada, 'no')
  expect(await holderOf(store, ada)).toBeUndefined()
  expect(await other.oauth.linkedAccounts(linked.outcome === 'linked' ? linked.user : '')).toEqual([])
  expect(revoked).toContain(`refresh of ${ada.subject}`)
})

test('what could not be revoked in time is revoked by the purge: of two at once, by one', async () => {
  const revoked: string[] = []
  const hurried = start({ oauth: () => ({ resetTokens: async () => ({ outcome: 'pending' }) as const }) })
  await hurried.signIn(adaInSlack, ada, 'no')
  expect(await hurried.identity.forget(adaInSlack, { signal })).toMatchObject({ complete: false })
  expect(await hurried.identity.purgeExpired(10)).toMatchObject({ erasures: 0 })
  clock.now += MINUTE
  const purges = await Promise.all([start({ revoked }), start({ revoked })].map(one => one.identity.purgeExpired(10)))
  expect(purges.map(({ erasures }) => erasures).sort()).toEqual([0, 1])
  expect(revoked).toEqual([`refresh of ${ada.subject}`, `access of ${ada.subject}`])
})

test('a profile that was not written here is not counted as dealt with, for a purge would come back to it without end', async () => {
  await store.put(profiles, 'foreign', { value: { pending: 'transfer' } })
  expect(await start().identity.purgeExpired(10)).toMatchObject({ transfers: 0 })
})

test('an account that has left a user is not reached as theirs', async () => {
  const { identity } = start()
  await identity.seen(adaInSlack, { language: 'en' })
  const value = { since: START, accounts: [accountKey(adaInSlack.id)], identities: [] }
  await store.put(users, 'user:before', { value })
  expect(await identity.reachableAccounts('user:before')).toEqual([])
})
