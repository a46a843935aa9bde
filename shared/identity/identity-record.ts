import * as z from 'zod/mini'
import type { Identity } from '../oauth/grant.ts'
import { hashed } from '../oauth/one-time.ts'
import { unsealAs } from '../oauth/unseal-as.ts'
import { collection } from '../storage/collection.ts'
import { seal } from '../storage/sealed-value.ts'
import type { Entry, StoredRecord } from '../storage/store.ts'
import type { IdentityParts } from './identity-parts.ts'
import { keyedHash } from './keyed-hash.ts'

/** Which user somebody is whom a service knows. The user name serves notifications; nobody becomes one user by it. */
export const identities = collection('identities', 'username')

const MAX_USERNAME_LENGTH = 256

/** By service and subject: an issuer may be the same for every tenant, an e-mail address somebody else's tomorrow. */
export const identityKey = ({ service, subject }: Pick<Identity, 'service' | 'subject'>): string =>
  hashed(JSON.stringify([service, subject]))

/** The part in clear. `username` is a keyed hash. */
const storedSchema = z.object({
  user: z.string(),
  /** Milliseconds since the epoch. */
  since: z.number(),
  username: z.nullable(z.string()),
  sealed: z.string(),
})

export type StoredIdentity = Readonly<z.output<typeof storedSchema>>

/** The part that is stored encrypted. */
const personalSchema = z.object({
  service: z.string(),
  issuer: z.string(),
  subject: z.string(),
  username: z.nullable(z.string()),
})

/** Two spellings of a name that differ in case alone are one name. */
export const comparableUsername = (username: string): string => username.trim().normalize('NFC').toLowerCase()

const isUsername = (username: string | undefined): username is string =>
  username !== undefined && username.length <= MAX_USERNAME_LENGTH && username.trim() !== ''

/** @param username what the person signs in with there; too long or empty a one is none */
export const identityEntry = (
  { keyring }: Pick<IdentityParts, 'keyring'>,
  { service, issuer, subject }: Identity,
  username: string | undefined,
  { user, since }: Pick<StoredIdentity, 'user' | 'since'>,
): Entry => {
  const key = identityKey({ service, subject })
  const name = isUsername(username) ? username : null
  return {
    value: {
      user,
      since,
      username: name === null ? null : keyedHash(keyring, 'username', comparableUsername(name)),
      sealed: seal(keyring, identities, key, { service, issuer, subject, username: name }),
    },
  }
}

/** `undefined` for a record that was not written here. */
export const identityOf = (record: StoredRecord | undefined): StoredIdentity | undefined =>
  record && z.safeParse(storedSchema, record.value).data

/** `undefined` if it does not decrypt. */
export const identityDataOf = ({ keyring }: Pick<IdentityParts, 'keyring'>, key: string, { sealed }: StoredIdentity) =>
  unsealAs(keyring, identities, key, sealed, personalSchema)?.value
