import * as z from 'zod/mini'
import type { JsonObject } from '../runtime/json.ts'
import { collection } from '../storage/collection.ts'
import { seal } from '../storage/sealed-value.ts'
import type { Entry, StoredRecord } from '../storage/store.ts'
import type { AuthenticationService } from './authentication-service.ts'
import type { OAuthParts } from './oauth-parts.ts'
import { randomValue } from './one-time.ts'
import { type Revocation, revokeTokens } from './revoke-tokens.ts'
import { type Tokens, tokensSchema } from './tokens.ts'
import { unsealAs } from './unseal-as.ts'

/**
 * Tokens that nobody uses any more and that are still to be revoked at their provider. They are put here in the write
 * that forgets them elsewhere, so that neither a provider that is down nor a killed process leaves them alive unseen. A
 * record expires when it is time to try again.
 */
export const revocations = collection('revocations')

const MINUTE_MS = 60_000
/** Longer than an attempt takes. */
const FIRST_RETRY_MS = MINUTE_MS
const RETRY_MS = 60 * MINUTE_MS
/** What a provider has not taken back by then has ended by itself, or is beyond us. */
const GIVE_UP_MS = 7 * 24 * 60 * MINUTE_MS

const storedSchema = z.object({ service: z.string(), since: z.number(), sealed: z.string() })

export type PendingRevocation = { readonly key: string; readonly entry: Entry; readonly tokens: Tokens }

/** What to write; `undefined` for a provider that cannot revoke. */
export const pendingRevocation = (
  { keyring, clock }: Pick<OAuthParts, 'keyring' | 'clock'>,
  service: AuthenticationService,
  tokens: Tokens,
): PendingRevocation | undefined => {
  if (service.provider.irrevocable) return undefined
  const key = randomValue(128)
  const value: JsonObject = { service: service.name, since: clock(), sealed: seal(keyring, revocations, key, tokens) }
  return { key, entry: { value, expiresAt: clock() + FIRST_RETRY_MS }, tokens }
}

/** Tries at once. What fails is left for the purge. */
export const attemptRevocation = async (
  parts: OAuthParts,
  service: AuthenticationService,
  { key, tokens }: PendingRevocation,
): Promise<Revocation> => {
  const revocation = await revokeTokens(parts, service, tokens)
  if (revocation.revoked !== 'failed') await parts.store.delete(revocations, key)
  return revocation
}

/** Revokes tokens that stand in no other record. Resolves as soon as they are sure to be revoked some time, the attempt runs on. */
export const dispose = async (parts: OAuthParts, service: AuthenticationService, tokens: Tokens): Promise<void> => {
  const pending = pendingRevocation(parts, service, tokens)
  if (pending === undefined) return
  await parts.store.put(revocations, pending.key, pending.entry)
  attemptRevocation(parts, service, pending).catch(() =>
    parts.log('WARNING', 'revocation not settled: the store failed', { service: service.name }),
  )
}

/** Tries one again that has been left. Resolves to whether it is settled; `undefined` if another purge is at it. */
export const retryRevocation = async (parts: OAuthParts, record: StoredRecord): Promise<boolean | undefined> => {
  // Of two purges one writes this. Should it be killed, the record is due again soon.
  const reserved = { ...record, expiresAt: parts.clock() + FIRST_RETRY_MS }
  if ((await parts.store.replace(revocations, record.key, record.version, reserved)) === undefined) return undefined
  const stored = z.safeParse(storedSchema, record.value).data
  const service = stored && parts.services.get(stored.service)
  const tokens = stored && unsealAs(parts.keyring, revocations, record.key, stored.sealed, tokensSchema)
  if (stored !== undefined && service !== undefined && tokens !== undefined) {
    const { revoked } = await revokeTokens(parts, service, tokens.value)
    if (revoked === 'failed' && parts.clock() - stored.since < GIVE_UP_MS) {
      await parts.store.put(revocations, record.key, { ...record, expiresAt: parts.clock() + RETRY_MS })
      return false
    }
  }
  await parts.store.delete(revocations, record.key)
  return true
}
