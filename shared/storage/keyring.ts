import { createSecretKey, type KeyObject } from 'node:crypto'
import * as z from 'zod/mini'
import { fail, ok, type Result } from '../runtime/result.ts'

/** The keys of AES-256 that stored values are encrypted with. Printed or logged, it shows no key. */
export type Keyring = {
  /** The id of the key that encrypts. The others only decrypt what they have encrypted. */
  readonly active: string
  readonly keys: ReadonlyMap<string, KeyObject>
}

const shape = z.strictObject({ active: z.string(), keys: z.record(z.string(), z.string()) })

const keyId = /^[A-Za-z0-9_-]{1,32}$/

/** 32 bytes, in base64 or base64url, padded or not. */
const keyText = /^[A-Za-z0-9+/_-]{43}=?$/

/**
 * Reads the text of a keyring, which is a secret:
 * `{"active": "2026-11", "keys": {"2026-11": "…", "2026-05": "…"}}`, a key being the output of `openssl rand -base64 32`.
 *
 * To rotate, add a key and make it active; once nothing sealed with an old key is left, take that one out. One key may
 * seal 2³² values at most (NIST SP 800-38D §8.3).
 *
 * @returns every problem, by position: even an id may be a key in the wrong place
 */
export const parseKeyring = (text: string): Result<Keyring, readonly string[]> => {
  const parsed = shape.safeParse(jsonOf(text))
  if (!parsed.success) return fail([...new Set(parsed.error.issues.map(({ path }) => expectedAt(path[0])))])
  const { active, keys } = parsed.data
  const problems = Object.hasOwn(keys, active) ? [] : ['active: not the id of one of the keys']
  const ring = new Map<string, KeyObject>()
  const seen = new Set<string>()
  for (const [position, [id, key]] of Object.entries(keys).entries()) {
    const bytes = Buffer.from(key, 'base64')
    if (!keyId.test(id))
      problems.push(`keys[${position}]: the id is not 1 to 32 letters, digits, hyphens or underscores`)
    if (!keyText.test(key)) problems.push(`keys[${position}]: not 32 bytes in base64`)
    else if (seen.has(bytes.toString('hex'))) problems.push(`keys[${position}]: the same key as an earlier one`)
    else ring.set(id, createSecretKey(bytes))
    seen.add(bytes.toString('hex'))
  }
  return problems.length > 0 ? fail(problems) : ok({ active, keys: ring })
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const expectedAt = (property: PropertyKey | undefined): string => {
  if (property === 'active') return 'active: not a text'
  if (property === 'keys') return 'keys: not an object of texts'
  return 'not a JSON object of active and keys alone'
}
