import * as z from 'zod/mini'
import type { JsonValue } from '../runtime/json.ts'
import { collection } from '../storage/collection.ts'
import { seal } from '../storage/sealed-value.ts'
import type { Entry, StoredRecord } from '../storage/store.ts'
import { accountLinkSchema } from './account-link.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { hashed } from './one-time.ts'
import type { Speaker } from './speaker.ts'
import { tokensSchema } from './tokens.ts'
import { unsealAs } from './unseal-as.ts'

/** The sign-in that somebody has under way in a conversation; found by the hash of its link or of its state too. */
export const signIns = collection('signIns', 'link', 'state')

const MINUTE_MS = 60_000

/** From the offer of the link until the user is back from the provider. */
export const SIGN_IN_MS = 10 * MINUTE_MS
/** How long the code can be typed. */
export const CODE_MS = 5 * MINUTE_MS
/** How long the record is kept after that, so that the conversation can be told how it ended. */
export const AFTERMATH_MS = 10 * MINUTE_MS

/** One for each sender in a conversation: a new sign-in takes the place of the one before. */
export const signInKey = ({ conversation, sender }: Speaker): string => hashed(JSON.stringify([conversation, sender]))

/**
 * - `offered`: the link is in the conversation;
 * - `started`: a browser is on its way to the provider;
 * - `finishing`: it has come back, and the provider is being asked;
 * - `code`: the browser shows the code, the conversation has to give it;
 * - `delivered`: the code was given, and an authorization code waits for its handler;
 * - `ended`: without success.
 */
const phases = z.enum(['offered', 'started', 'finishing', 'code', 'delivered', 'ended'])

/** How a sign-in can end without success. */
const endings = z.enum([
  /** By the user, in the conversation. */
  'cancelled',
  /** By the user, at the provider. */
  'declined',
  /** "This wasn't me", in the browser. */
  'disowned',
  /** The provider, or what it said. */
  'failed',
])

export type SignInEnding = z.output<typeof endings>

const json = z.custom<JsonValue>(value => value !== undefined)

/** An authorization request that no authentication service describes. */
const codeRequestSchema = z.object({
  authorizationUrl: z.string(),
  issuer: z.exactOptional(z.string()),
  clientId: z.string(),
  scopes: z.array(z.string()),
  parameters: z.record(z.string(), z.string()),
})

export type CodeRequest = Readonly<z.output<typeof codeRequestSchema>>

/** The part that is stored encrypted. */
const secretsSchema = z.object({
  /** The turn that the sign-in has interrupted. */
  interrupted: z.exactOptional(json),
  request: z.exactOptional(codeRequestSchema),
  /** Of the component *OAuth 2.0 Account Link*. */
  accountLink: z.exactOptional(accountLinkSchema),
  codeVerifier: z.exactOptional(z.string()),
  nonce: z.exactOptional(z.string()),
  /** The hash of the code that has to be typed. In here it cannot be tried out by whoever has a copy of the database. */
  code: z.exactOptional(z.string()),
  /** What the provider gave, until the code is typed. */
  tokens: z.exactOptional(tokensSchema),
  identity: z.exactOptional(z.object({ service: z.string(), issuer: z.string(), subject: z.string() })),
  profile: z.exactOptional(z.record(z.string(), json)),
  authenticatedAt: z.exactOptional(z.number()),
  /** Of {@link CodeRequest}: what its handler gets. */
  authorization: z.exactOptional(z.object({ code: z.string(), issuer: z.exactOptional(z.string()) })),
})

export type SignInSecrets = Readonly<z.output<typeof secretsSchema>>

/** The part in clear. */
const storedSchema = z.object({
  phase: phases,
  /** The last segment of the callback's path: a service's name, or `~` and the name of an authorization request. */
  callback: z.string(),
  /** Hash of the id in the link; afterwards of the one in the page with the code. */
  link: z.string(),
  /** Hash; only while `started`. */
  state: z.nullable(z.string()),
  /** Hash of the cookie of the browser that has started it. */
  cookie: z.nullable(z.string()),
  shown: z.object({ agent: z.string(), channel: z.string(), account: z.string(), language: z.string() }),
  /** The user has to give their credentials again, even if they are signed in at the provider. */
  reauthenticate: z.boolean(),
  startedAt: z.number(),
  codeUntil: z.number(),
  attempts: z.int(),
  ending: z.nullable(endings),
  /** Of a failure: its code. */
  reason: z.nullable(z.string()),
  sealed: z.string(),
})

type StoredSignIn = Readonly<z.output<typeof storedSchema>>

/** A sign-in as it is read: with its record, so that it can be written over exactly this version. */
export type SignIn = {
  readonly record: StoredRecord
  readonly stored: Omit<StoredSignIn, 'sealed'>
  readonly secrets: SignInSecrets
}

/** The sign-in that this sender has under way in this conversation. */
export const findBySpeaker = async (parts: OAuthParts, speaker: Speaker): Promise<SignIn | undefined> => {
  const record = await parts.store.get(signIns, signInKey(speaker))
  return record && openSignIn(parts, record)
}

/** @param value what a browser brought: the id of a link, or a state */
export const findByBrowser = async (
  parts: OAuthParts,
  field: 'link' | 'state',
  value: string,
): Promise<SignIn | undefined> => {
  const [record] = await parts.store.find(signIns, field, hashed(value), { limit: 1 })
  return record && openSignIn(parts, record)
}

export const openSignIn = ({ keyring, log }: OAuthParts, record: StoredRecord): SignIn | undefined => {
  const { data } = z.safeParse(storedSchema, record.value)
  if (data === undefined) return undefined
  const { sealed, ...stored } = data
  const secrets = unsealAs(keyring, signIns, record.key, sealed, secretsSchema)
  if (secrets !== undefined) return { record, stored, secrets: secrets.value }
  log('ERROR', 'a sign-in does not decrypt', { service: stored.callback })
  return undefined
}

export const signInEntry = (
  { keyring }: Pick<OAuthParts, 'keyring'>,
  key: string,
  { stored, secrets, expiresAt }: Pick<SignIn, 'stored' | 'secrets'> & { readonly expiresAt: number },
): Entry => ({ value: { ...stored, sealed: seal(keyring, signIns, key, secrets) }, expiresAt })
