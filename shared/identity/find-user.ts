import type { ReachParts } from './identity-parts.ts'
import { comparableUsername, identities, identityKey, identityOf } from './identity-record.ts'
import { keyedHashes } from './keyed-hash.ts'
import type { FoundUser, UserReference } from './reach.ts'

/** One user has at most as many of a name as services. */
const PAGE = { limit: 200 }

/** One read for a subject, one search for each key of the keyring for a user name. */
export const findUser = async (parts: ReachParts, reference: UserReference): Promise<FoundUser> => {
  const found = 'subject' in reference ? await bySubject(parts, reference) : await byUsername(parts, reference.username)
  const [user, other] = new Set(found)
  if (user === undefined) return { outcome: 'unknown' }
  return other === undefined ? { outcome: 'found', user } : { outcome: 'ambiguous' }
}

const bySubject = async (
  { store }: ReachParts,
  reference: { readonly service: string; readonly subject: string },
): Promise<readonly string[]> => {
  const identity = identityOf(await store.get(identities, identityKey(reference)))
  return identity === undefined ? [] : [identity.user]
}

const byUsername = async ({ store, keyring }: ReachParts, username: string): Promise<readonly string[]> => {
  const hashes = keyedHashes(keyring, 'username', comparableUsername(username))
  const records = await Promise.all(hashes.map(hash => store.find(identities, 'username', hash, PAGE)))
  return records.flat().flatMap(record => identityOf(record)?.user ?? [])
}
