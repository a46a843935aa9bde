import type { ReachParts } from './identity-parts.ts'
import { personalDataOf, profileOf, profiles } from './profile.ts'
import type { ReachableAccount } from './reach.ts'
import { readUser } from './user-record.ts'

/** See `Reach`. An account whose profile is past its day is not among them, whether or not the purge has come to it. */
export const reachableAccounts = async (parts: ReachParts, user: string): Promise<readonly ReachableAccount[]> => {
  const { accounts = [] } = (await readUser(parts.store, user)) ?? {}
  const found = await Promise.all(accounts.map(key => readReachable(parts, key, user)))
  return found.filter(account => account !== undefined).sort((a, b) => b.lastSeen - a.lastSeen)
}

const readReachable = async (parts: ReachParts, key: string, user: string): Promise<ReachableAccount | undefined> => {
  const profile = profileOf(await parts.store.get(profiles, key))
  // Read apart from the user's record: it may have left meanwhile.
  if (profile === undefined || profile.user !== user) return undefined
  const { account, address, masked } = personalDataOf(parts, key, profile) ?? {}
  if (account === undefined || masked === undefined || !address) return undefined
  const { channel, lastSeen, language } = profile
  return { account, channel, address, lastSeen, language, masked }
}
