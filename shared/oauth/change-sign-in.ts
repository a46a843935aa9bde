import type { OAuthParts } from './oauth-parts.ts'
import { dispose } from './pending-revocation.ts'
import {
  AFTERMATH_MS,
  type SignIn,
  type SignInEnding,
  type SignInSecrets,
  signInEntry,
  signIns,
} from './sign-in-record.ts'

/** Writes over exactly the version that was read; `undefined` if somebody else was faster. */
export const rewrite = async (
  parts: OAuthParts,
  { record, stored, secrets }: SignIn,
  changes: {
    readonly stored: Partial<SignIn['stored']>
    readonly secrets?: SignInSecrets
    readonly expiresAt?: number
  },
): Promise<SignIn | undefined> => {
  const next = {
    stored: { ...stored, ...changes.stored },
    secrets: changes.secrets ?? secrets,
    expiresAt: changes.expiresAt ?? record.expiresAt ?? 0,
  }
  const entry = signInEntry(parts, record.key, next)
  const version = await parts.store.replace(signIns, record.key, record.version, entry)
  return version === undefined ? undefined : { ...next, record: { ...record, ...entry, version } }
}

/** Takes back what the provider gave for a sign-in that will not be completed, and whose record is gone or written over. */
export const abandonTokens = async (parts: OAuthParts, signIn: SignIn | undefined): Promise<void> => {
  const service = signIn && parts.services.get(signIn.stored.callback)
  if (service !== undefined && signIn?.secrets.tokens !== undefined) {
    await dispose(parts, service, signIn.secrets.tokens)
  }
}

/** Ends a sign-in without success. Resolves to false if it was written over meanwhile. */
export const endSignIn = async (
  parts: OAuthParts,
  signIn: SignIn,
  ending: SignInEnding,
  reason: string | null = null,
): Promise<boolean> => {
  const { interrupted } = signIn.secrets
  const ended = await rewrite(parts, signIn, {
    stored: { phase: 'ended', ending, reason, state: null },
    secrets: interrupted === undefined ? {} : { interrupted },
    expiresAt: parts.clock() + AFTERMATH_MS,
  })
  if (ended === undefined) return false
  await abandonTokens(parts, signIn)
  parts.log('NOTICE', 'sign-in ended', { service: signIn.stored.callback, ending, ...(reason !== null && { reason }) })
  return true
}

/** Ends a sign-in without a trace, where the conversation already knows. Resolves to false if it was written over meanwhile. */
export const dropSignIn = async (parts: OAuthParts, signIn: SignIn): Promise<boolean> => {
  if (!(await parts.store.delete(signIns, signIn.record.key, signIn.record.version))) return false
  await abandonTokens(parts, signIn)
  return true
}
