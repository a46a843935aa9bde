import * as z from 'zod/mini'
import { collection } from '../storage/collection.ts'
import { seal } from '../storage/sealed-value.ts'
import type { Entry, StoredRecord } from '../storage/store.ts'
import type { AuthenticationService } from './authentication-service.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { randomValue } from './one-time.ts'
import type { Speaker } from './speaker.ts'
import { type Tokens, tokensSchema } from './tokens.ts'
import { unsealAs } from './unseal-as.ts'

/** One user's grant at one service. */
export const grants = collection('grants', 'user')

const DAY_MS = 24 * 60 * 60_000
/** By then any conversation is over, though its session's id may still be known to somebody. */
const SESSION_MS = DAY_MS

/** A service's name has no slash, so no two grants share a key. */
export const grantKey = (service: string, user: string): string => `${service}/${user}`

/** Somebody as a provider knows them, for good. Two are the same person if service and subject are the same. */
export type Identity = {
  readonly service: string
  readonly issuer: string
  readonly subject: string
}

/** The part that is stored in clear. */
const storedSchema = z.object({
  user: z.string(),
  service: z.string(),
  issuer: z.string(),
  subject: z.string(),
  /** When the user last gave their credentials, in milliseconds since the epoch; 0 if the provider did not say. */
  authenticatedAt: z.number(),
  /** Until when the speaker's session can last who has nothing else; 0 where a channel or a session token vouches for them. */
  sessionUntil: z._default(z.number(), 0),
  /** Another one for each set of tokens: what was read before a refresh is told from what came out of it. */
  edition: z.string(),
  /** Until when an instance has reserved the refresh for itself; 0 for nobody. */
  refreshingUntil: z.number(),
  /** Counts the refreshes in vain, so that those who wait for one notice. */
  failures: z.int(),
  sealed: z.string(),
})

export type StoredGrant = z.output<typeof storedSchema>

/** A grant with its tokens. */
export type Grant = Omit<StoredGrant, 'sealed'> & { readonly tokens: Tokens }

/** A grant as it is after a sign-in. */
export const newGrant = (
  { user, sessionOnly }: Pick<Speaker, 'user' | 'sessionOnly'>,
  identity: Identity,
  tokens: Tokens,
  { authenticatedAt, now }: { readonly authenticatedAt: number; readonly now: number },
): Grant => ({
  user,
  ...identity,
  authenticatedAt,
  sessionUntil: sessionOnly === true ? now + SESSION_MS : 0,
  edition: randomValue(128),
  refreshingUntil: 0,
  failures: 0,
  tokens,
})

/**
 * What is written: the tokens encrypted; kept as long as a refresh token may be, or without one as long as the access token
 * is good, and not beyond a session that alone vouches for its user.
 */
export const grantEntry = (
  { keyring, clock }: Pick<OAuthParts, 'keyring' | 'clock'>,
  { refreshTokenRetentionDays }: Pick<AuthenticationService, 'refreshTokenRetentionDays'>,
  { tokens, ...stored }: Grant,
): Entry => ({
  value: { ...stored, sealed: seal(keyring, grants, grantKey(stored.service, stored.user), tokens) },
  expiresAt: Math.min(
    tokens.refreshToken === undefined ? tokens.expiresAt : clock() + refreshTokenRetentionDays * DAY_MS,
    stored.sessionUntil || Number.POSITIVE_INFINITY,
  ),
})

/** The part in clear of a record; `undefined` for one that was not written here, or for another user. */
export const storedGrantOf = (record: StoredRecord): StoredGrant | undefined => {
  const { data } = z.safeParse(storedSchema, record.value)
  return data !== undefined && grantKey(data.service, data.user) === record.key ? data : undefined
}

/** A record with its tokens; `undefined` if they do not decrypt: another record's, tampered with, or of a key that is gone. */
export const openGrant = (
  { keyring, log }: Pick<OAuthParts, 'keyring' | 'log'>,
  record: StoredRecord,
): { readonly grant: Grant; readonly outdated: boolean } | undefined => {
  const stored = storedGrantOf(record)
  if (stored === undefined) return undefined
  const { sealed, ...rest } = stored
  const tokens = unsealAs(keyring, grants, record.key, sealed, tokensSchema)
  if (tokens !== undefined) return { grant: { ...rest, tokens: tokens.value }, outdated: tokens.outdated }
  log('ERROR', 'a grant does not decrypt', { service: stored.service })
  return undefined
}

/** The grant of a user at a service. Sealed with an old key, it is sealed again on the way. */
export const readGrant = async (parts: OAuthParts, service: string, user: string): Promise<Grant | undefined> => {
  const record = await parts.store.get(grants, grantKey(service, user))
  const opened = record && openGrant(parts, record)
  if (record === undefined || opened === undefined) return undefined
  if (opened.outdated) {
    const { tokens, ...stored } = opened.grant
    const value = { ...stored, sealed: seal(parts.keyring, grants, record.key, tokens) }
    await parts.store.replace(grants, record.key, record.version, { ...record, value })
  }
  return opened.grant
}
