import type { ChannelAccount } from '../../../shared/channels/channel.ts'
import { identities, identityKey, identityOf } from '../../../shared/identity/identity-record.ts'
import { accountKey, type Profile, profileOf, profiles } from '../../../shared/identity/profile.ts'
import { links, readOwner, readUser } from '../../../shared/identity/user-record.ts'
import type { Identity } from '../../../shared/oauth/grant.ts'
import type { Store } from '../../../shared/storage/store.ts'

export const profileIn = async (store: Store, { id }: ChannelAccount): Promise<Profile | undefined> =>
  profileOf(await store.get(profiles, accountKey(id)))

export const holderOf = async (store: Store, identity: Identity): Promise<string | undefined> =>
  identityOf(await store.get(identities, identityKey(identity)))?.user

/** Where the records about these accounts and identities contradict each other. */
export const contradictions = async (
  store: Store,
  accounts: readonly ChannelAccount[],
  people: readonly Identity[],
): Promise<readonly string[]> => {
  const problems: string[] = []
  const expect = (holds: boolean, problem: string): void => void (holds || problems.push(problem))
  const users = new Set<string>()

  for (const account of accounts) {
    const key = accountKey(account.id)
    const profile = await profileIn(store, account)
    const isLinked = (await store.get(links, key)) !== undefined
    const owner = await readOwner(store, key)
    expect(isLinked === (owner !== undefined), `${account.id} is linked to nobody`)
    if (owner === undefined) expect(!profile?.user, `${account.id} has a user and no link`)
    if (owner === undefined) continue
    users.add(owner.id)
    expect(owner.accounts.includes(key), `the user of ${account.id} does not know of it`)
    if (profile !== undefined) expect(profile.user === owner.id, `${account.id} has another user than its link`)
  }

  for (const identity of people) {
    const holder = await holderOf(store, identity)
    if (holder === undefined) continue
    users.add(holder)
    const listed = (await readUser(store, holder))?.identities.map(({ key }) => key) ?? []
    expect(listed.includes(identityKey(identity)), `the user of ${identity.subject} does not know of them`)
  }

  for (const id of users) {
    const user = await readUser(store, id)
    if (user === undefined) continue
    expect(user.accounts.length > 0, 'a user without an account')
    const services = user.identities.map(({ service }) => service)
    expect(new Set(services).size === services.length, 'a user is two people at one service')
    for (const { key } of user.identities) {
      expect(identityOf(await store.get(identities, key))?.user === id, 'a user has an identity that is not theirs')
    }
    for (const key of user.accounts) {
      expect((await readOwner(store, key))?.id === id, 'a user has an account that is not theirs')
    }
  }
  return problems
}
