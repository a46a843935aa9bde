import { createHmac, hkdfSync, type KeyObject } from 'node:crypto'
import type { Keyring } from '../storage/keyring.ts'

/** What a hash is for. One value has unrelated hashes for two purposes. */
export type HashPurpose = 'never linked' | 'username' | 'audit'

/**
 * HMAC-SHA-256 of a value, for what is few or easily guessed (telephone numbers, user names) and may outlive what it was
 * made of: without the keyring nobody can try values out. The key is derived from one of the keyring's (HKDF, RFC 5869).
 */
export const keyedHash = (keyring: Keyring, purpose: HashPurpose, value: string): string => {
  const [active] = keyedHashes(keyring, purpose, value)
  if (active === undefined) throw new TypeError('the keyring has no active key')
  return active
}

/** The value's hashes under every key of the keyring, the active one's first: what may have been written before a rotation. */
export const keyedHashes = ({ active, keys }: Keyring, purpose: HashPurpose, value: string): readonly string[] =>
  [...keys]
    .sort(([a], [b]) => Number(b === active) - Number(a === active))
    .map(([, key]) => hashWith(key, purpose, value))

const hashWith = (key: KeyObject, purpose: HashPurpose, value: string): string => {
  const derived = hkdfSync('sha256', key, '', `trusted-fulfillment identity: ${purpose}`, 32)
  return createHmac('sha256', Buffer.from(derived)).update(value).digest('base64url')
}
