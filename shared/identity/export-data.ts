import type { ChannelAccount } from '../channels/channel.ts'
import type { JsonObject } from '../runtime/json.ts'
import { auditTrail } from './audit-entry.ts'
import type { IdentityParts } from './identity-parts.ts'
import { identities, identityDataOf, identityOf } from './identity-record.ts'
import { keptMessages } from './kept-messages.ts'
import { neverLinkedSince } from './never-linked.ts'
import { accountKey, personalDataOf, profileOf, profiles } from './profile.ts'
import { questionsOf } from './question.ts'
import { storedAddress } from './stored-address.ts'
import { readOwner, type User } from './user-record.ts'

/**
 * *Export my data*: all that is held about the speaking person, in all of their accounts, but for the tokens themselves.
 * Times are ISO 8601 in UTC. Property names are stable.
 */
export const exportData = async (parts: IdentityParts, account: ChannelAccount): Promise<JsonObject> => {
  const own = accountKey(account.id)
  const [profile, linked] = await Promise.all([parts.store.get(profiles, own), readOwner(parts.store, own)])
  // Past its day, whether or not the purge has come to it, the account is nobody's.
  const owner = profile === undefined ? undefined : linked
  const keys = [...new Set([own, ...(owner?.accounts ?? [])])]
  const accounts = (await Promise.all(keys.map(key => readAccount(parts, key)))).filter(held => held !== undefined)
  const ids = [...new Set([account.id, ...accounts.map(({ id }) => id)])]
  const signedIn = await Promise.all(
    [...ids, ...(owner === undefined ? [] : [owner.id])].map(user => parts.oauth.linkedAccounts(user)),
  )
  const waiting = await Promise.all(keys.map(key => questionsOf(parts, key)))
  const refused = await Promise.all(ids.map(id => neverLinkedSince(parts, parts.store, id)))
  const messages = owner === undefined ? [] : await keptMessages(parts, owner.id, keys)
  const trail = await auditTrail(parts, { user: owner?.id, accounts: ids })
  return {
    exportedAt: time(parts.clock()),
    user: owner === undefined ? null : { id: owner.id, since: time(owner.since) },
    channelAccounts: accounts.map(({ exported }) => exported),
    identities: owner === undefined ? [] : await readIdentities(parts, owner),
    signedInServices: signedIn.flat().map(({ keptUntil, ...service }) => ({ ...service, keptUntil: time(keptUntil) })),
    openQuestions: waiting.flat().map(({ identity, username = null }) => ({ ...identity, username })),
    messages: messages.map(({ since, ...message }) => ({ ...message, since: time(since) })),
    neverLinked: ids.flatMap((id, index) => {
      const since = refused[index]
      return since === undefined ? [] : [{ id, since: time(since) }]
    }),
    history: trail.map(({ action, at, user, from }) => ({ action, at: time(at), user, from })),
  }
}

const readAccount = async (parts: IdentityParts, key: string) => {
  const record = await parts.store.get(profiles, key)
  const profile = profileOf(record)
  const personal = profile && personalDataOf(parts, key, profile)
  if (profile === undefined || personal === undefined) return undefined
  const { channel, label, language, lastSeen, linkedAt, notNowAt } = profile
  const { account: id, masked, address } = personal
  const exported: JsonObject = {
    id,
    channel,
    label,
    masked,
    address: address === null ? null : storedAddress(address),
    language,
    lastSeen: time(lastSeen),
    linkedAt: time(linkedAt),
    notNowAt: time(notNowAt),
    keptUntil: time(record?.expiresAt),
  }
  return { id, exported }
}

const readIdentities = async (parts: IdentityParts, { identities: listed }: User): Promise<readonly JsonObject[]> => {
  const found = await Promise.all(
    listed.map(async ({ key }) => {
      const stored = identityOf(await parts.store.get(identities, key))
      const data = stored && identityDataOf(parts, key, stored)
      return data === undefined ? [] : [{ ...data, since: time(stored?.since) }]
    }),
  )
  return found.flat()
}

const time = (moment: number | null | undefined): string | null =>
  moment === null || moment === undefined ? null : new Date(moment).toISOString()
