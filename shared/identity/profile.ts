import * as z from 'zod/mini'
import { channels } from '../channels/channels.ts'
import { hashed } from '../oauth/one-time.ts'
import { unsealAs } from '../oauth/unseal-as.ts'
import { collection } from '../storage/collection.ts'
import { seal } from '../storage/sealed-value.ts'
import type { Entry, StoredRecord } from '../storage/store.ts'
import type { IdentityParts } from './identity-parts.ts'
import type { ProvenAccount } from './linking.ts'
import { PROVISIONAL_DAYS } from './retention-days.ts'
import { addressSchema, storedAddress } from './stored-address.ts'

/** What is known of a channel account: when it was last used, how it is reached, whose it is. */
export const profiles = collection('profiles', 'kept', 'pending')

const DAY_MS = 24 * 60 * 60_000

const UNKNOWN_LANGUAGE = 'en'
/** RFC 5646 §4.4.1: what anybody has to make room for. */
const MAX_LANGUAGE_LENGTH = 35

/** The key of an account's records. No secret: signing up for a channel with every number there is would find it too. */
export const accountKey = (account: string): string => hashed(account)

/** The part in clear. Times are milliseconds since the epoch. */
const storedSchema = z.object({
  channel: z.enum(channels.map(({ name }) => name)),
  label: z.string(),
  /** BCP 47 */
  language: z.string(),
  lastSeen: z.number(),
  /** The unified user; null for an account that stands alone. */
  user: z.nullable(z.string()),
  linkedAt: z.nullable(z.number()),
  /** When the user last answered *not now*. */
  notNowAt: z.nullable(z.number()),
  /** Grants of the account still have to become the user's: see `transfer.ts`. */
  pending: z.nullable(z.literal('transfer')),
  /** Another one for each sign-in: a transfer that was asked for meanwhile is told from the one that is over. */
  edition: z.nullable(z.string()),
  sealed: z.string(),
})

export type Profile = Readonly<z.output<typeof storedSchema>>

/** The part that is stored encrypted. */
const personalSchema = z.object({
  /** `ChannelAccount.id` */
  account: z.string(),
  masked: z.string(),
  address: z.nullable(addressSchema),
})

export type PersonalData = Readonly<z.output<typeof personalSchema>>

/** The account's profile as it is being used now, whatever was known of it before. */
export const usedProfile = (
  { keyring, clock }: Pick<IdentityParts, 'keyring' | 'clock'>,
  { id, channel, label, masked, address }: ProvenAccount,
  before: Profile | undefined,
): Profile => {
  const personal = { account: id, masked, address: address === undefined ? null : storedAddress(address) }
  return {
    language: UNKNOWN_LANGUAGE,
    user: null,
    linkedAt: null,
    notNowAt: null,
    pending: null,
    edition: null,
    ...before,
    channel,
    label,
    lastSeen: clock(),
    sealed: seal(keyring, profiles, accountKey(id), personal),
  }
}

/** Nobody's any more. */
export const standingAlone = (profile: Profile): Profile => ({
  ...profile,
  user: null,
  linkedAt: null,
  pending: null,
  edition: null,
})

/** What cannot be a language tag changes nothing. */
export const withLanguage = (profile: Profile, language: string | undefined): Profile =>
  language === undefined || language.length > MAX_LANGUAGE_LENGTH ? profile : { ...profile, language }

/** The setting under which linked profiles are kept, as text: they are found by it when it changes. */
export const keptUnder = ({ retentionDays }: Pick<IdentityParts, 'retentionDays'>): string =>
  retentionDays === undefined ? 'indefinitely' : `${retentionDays}`

/** What is written. An account that stands alone is kept 14 days after its last use, whatever the setting. */
export const profileEntry = (parts: Pick<IdentityParts, 'retentionDays'>, profile: Profile): Entry => {
  const days = profile.user === null ? PROVISIONAL_DAYS : parts.retentionDays
  return {
    value: { ...profile, kept: profile.user === null ? null : keptUnder(parts) },
    ...(days !== undefined && { expiresAt: profile.lastSeen + days * DAY_MS }),
  }
}

/** `undefined` for a record that was not written here. */
export const profileOf = (record: StoredRecord | undefined): Profile | undefined =>
  record && z.safeParse(storedSchema, record.value).data

/** `undefined` if it does not decrypt: tampered with, or of a key that is gone. */
export const personalDataOf = (
  { keyring, log }: Pick<IdentityParts, 'keyring' | 'log'>,
  key: string,
  { channel, sealed }: Profile,
): PersonalData | undefined => {
  const opened = unsealAs(keyring, profiles, key, sealed, personalSchema)
  if (opened === undefined) log('ERROR', 'a profile does not decrypt', { channel })
  return opened?.value
}
