import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { JsonValue } from '../runtime/json.ts'
import { fail, ok, type Result } from '../runtime/result.ts'
import type { Collection } from './collection.ts'
import type { Keyring } from './keyring.ts'

/** Why a sealed value cannot be read. */
export type UnsealFailure =
  /** Not a sealed value at all. */
  | { readonly code: 'malformed' }
  /** Its key has been taken out of the keyring. */
  | { readonly code: 'unknown_key'; readonly keyId: string }
  /** Changed, sealed for another record, or with another key of the same id. */
  | { readonly code: 'not_authentic' }

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16

/**
 * Encrypts a value for one record with the keyring's active key: `KEY_ID.base64url(nonce ‖ ciphertext ‖ tag)`, AES-256-GCM
 * with a random nonce of 96 bits. The record's address is authenticated with it: moved to another record, it does not open.
 */
export const seal = (keyring: Keyring, collection: Collection, key: string, value: JsonValue): string => {
  const secret = keyring.keys.get(keyring.active)
  if (secret === undefined) throw new TypeError('the keyring has no active key')
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv(algorithm, secret, nonce, { authTagLength: tagBytes })
  cipher.setAAD(addressOf(keyring.active, collection, key))
  const sealed = [nonce, cipher.update(JSON.stringify(value), 'utf8'), cipher.final(), cipher.getAuthTag()]
  return `${keyring.active}.${Buffer.concat(sealed).toString('base64url')}`
}

/** Decrypts. `outdated`: sealed with a key that is no longer the active one, so seal it again when the record is written. */
export const unseal = (
  keyring: Keyring,
  collection: Collection,
  key: string,
  sealed: string,
): Result<{ readonly value: JsonValue; readonly outdated: boolean }, UnsealFailure> => {
  const [, keyId, text] = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/.exec(sealed) ?? []
  const bytes = Buffer.from(text ?? '', 'base64url')
  if (keyId === undefined || bytes.length < nonceBytes + tagBytes) return fail({ code: 'malformed' })
  const secret = keyring.keys.get(keyId)
  if (secret === undefined) return fail({ code: 'unknown_key', keyId })
  const decipher = createDecipheriv(algorithm, secret, bytes.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(addressOf(keyId, collection, key))
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  try {
    const opened = Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()])
    return ok({ value: JSON.parse(opened.toString('utf8')), outdated: keyId !== keyring.active })
  } catch {
    return fail({ code: 'not_authentic' })
  }
}

/** As JSON, so that no two addresses read the same. */
const addressOf = (keyId: string, collection: Collection, key: string): Buffer =>
  Buffer.from(JSON.stringify([keyId, collection.name, key]))
