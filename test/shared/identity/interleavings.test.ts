import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ChannelAccount } from '../../../shared/channels/channel.ts'
import type { LinkChoice } from '../../../shared/identity/answer-question.ts'
import { identityKey } from '../../../shared/identity/identity-record.ts'
import { accountKey } from '../../../shared/identity/profile.ts'
import { readOwner } from '../../../shared/identity/user-record.ts'
import { type AssociationConsent, associationConsents } from '../../../shared/oauth/account-link.ts'
import type { Identity } from '../../../shared/oauth/grant.ts'
import { sqliteStore } from '../../../shared/storage/sqlite-store.ts'
import type { Store } from '../../../shared/storage/store.ts'
import { contradictions } from './consistency.ts'
import { DAY, START, startInstance } from './instance.ts'
import { interleaved } from './interleaved.ts'
import { accountOf, identityOf } from './people.ts'

const accounts = [0, 1, 2, 3].map(index => accountOf('slack', `account-${index}`))
const identities = [0, 1, 2].flatMap(person => ['mail', 'crm'].map(service => identityOf(`person-${person}`, service)))
const signal = AbortSignal.timeout(120_000)

type Step =
  | {
      readonly kind: 'signIn'
      readonly account: ChannelAccount
      readonly identity: Identity
      readonly consent: AssociationConsent
    }
  | { readonly kind: 'answer'; readonly account: ChannelAccount; readonly choice: LinkChoice }
  | { readonly kind: 'seen' | 'unlink' | 'forget' | 'reconsider' | 'purge'; readonly account: ChannelAccount }

const account = fc.constantFrom(...accounts)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    arbitrary: fc
      .tuple(account, fc.constantFrom(...identities), fc.constantFrom(...associationConsents))
      .map(([account, identity, consent]): Step => ({ kind: 'signIn', account, identity, consent })),
    weight: 5,
  },
  {
    arbitrary: fc
      .tuple(account, fc.constantFrom<LinkChoice[]>('link', 'link', 'notNow', 'never'))
      .map(([account, choice]): Step => ({ kind: 'answer', account, choice })),
    weight: 3,
  },
  {
    arbitrary: fc
      .tuple(account, fc.constantFrom('seen', 'unlink', 'forget', 'reconsider', 'purge'))
      .map(([account, kind]): Step => ({ kind, account })),
    weight: 2,
  },
)

/** Steps of one list happen at the same moment, in an order that the scheduler makes up; then some days pass. */
const moments = fc.array(
  fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 3 }), days: fc.constantFrom(0, 0, 0, 1.5, 7) }),
  { maxLength: 10 },
)

/** Runs them, and looks at what is stored after each moment. */
const play = async (
  scheduler: fc.Scheduler,
  history: readonly { readonly steps: readonly Step[]; readonly days: number }[],
  look: (store: Store, signedIn: ReadonlyMap<ChannelAccount, ReadonlySet<string>>) => Promise<void>,
): Promise<void> => {
  const clock = { now: START }
  const store = sqliteStore(':memory:', { clock: () => clock.now })
  const signedIn = new Map(accounts.map(one => [one, new Set<string>()]))
  const asked = new Map<ChannelAccount, { readonly identity: Identity; readonly conflict: boolean }>()
  const shared = interleaved(store, scheduler)
  const start = () => startInstance({ store: shared, clock, retentionDays: 7 })

  const take = async (taken: Step): Promise<unknown> => {
    const { identity: room, signIn: authenticate } = start()
    switch (taken.kind) {
      case 'signIn': {
        signedIn.get(taken.account)?.add(identityKey(taken.identity))
        const { outcome, ...more } = await authenticate(taken.account, taken.identity, taken.consent)
        if (outcome === 'ask' && 'conflict' in more) {
          asked.set(taken.account, { identity: taken.identity, conflict: more.conflict })
        }
        return
      }
      case 'answer': {
        const question = asked.get(taken.account)
        asked.delete(taken.account)
        return question && room.answer(taken.account, taken.choice, question)
      }
      case 'seen':
        return room.seen(taken.account, { language: 'en' })
      case 'unlink':
        return room.unlink(taken.account)
      case 'forget':
        return room.forget(taken.account, { signal })
      case 'reconsider':
        return room.reconsider(taken.account)
      case 'purge':
        return room.purgeExpired(10)
    }
  }

  try {
    for (const { steps, days } of history) {
      await scheduler.waitFor(Promise.all(steps.map(take)))
      expect(await contradictions(store, accounts, identities)).toEqual([])
      await look(store, signedIn)
      clock.now += days * DAY
    }
  } finally {
    await store.close()
  }
}

test('an account is never a user’s as whom nobody has signed in there', { timeout: 30_000 }, async () => {
  const property = fc.asyncProperty(fc.scheduler(), moments, (scheduler, history) =>
    play(scheduler, history, async (store, signedIn) => {
      const everywhere = new Set([...signedIn.values()].flatMap(keys => [...keys]))
      for (const one of accounts) {
        const owner = await readOwner(store, accountKey(one.id))
        if (owner === undefined) continue
        const keys = owner.identities.map(({ key }) => key)
        expect(keys.some(key => signedIn.get(one)?.has(key))).toBe(true)
        expect(keys.every(key => everywhere.has(key))).toBe(true)
      }
    }),
  )
  await fc.assert(property, { numRuns: 40 })
})

test('people who sign in as themselves alone, in accounts of their own, never become one', {
  timeout: 30_000,
}, async () => {
  const personOf = (one: ChannelAccount): number => accounts.indexOf(one) % 2
  /** The same steps, each by whoever the account belongs to. */
  const asThemselves = (taken: Step): Step =>
    taken.kind === 'signIn'
      ? { ...taken, identity: identityOf(`person-${personOf(taken.account)}`, taken.identity.service) }
      : taken
  const property = fc.asyncProperty(fc.scheduler(), moments, (scheduler, history) =>
    play(
      scheduler,
      history.map(({ steps, days }) => ({ steps: steps.map(asThemselves), days })),
      async store => {
        const owners = await Promise.all(
          accounts.map(async one => ({
            person: personOf(one),
            user: (await readOwner(store, accountKey(one.id)))?.id,
          })),
        )
        const usersOf = (person: number) => owners.flatMap(one => (one.person === person ? (one.user ?? []) : []))
        expect(usersOf(0).filter(user => usersOf(1).includes(user))).toEqual([])
      },
    ),
  )
  await fc.assert(property, { numRuns: 25 })
})
