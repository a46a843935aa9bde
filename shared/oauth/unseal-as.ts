import * as z from 'zod/mini'
import type { Collection } from '../storage/collection.ts'
import type { Keyring } from '../storage/keyring.ts'
import { unseal } from '../storage/sealed-value.ts'

/** Decrypts a value of a known shape; `undefined` if it does not open, or holds something else. */
export const unsealAs = <Schema extends z.ZodMiniType>(
  keyring: Keyring,
  collection: Collection,
  key: string,
  sealed: string,
  schema: Schema,
): { readonly value: z.output<Schema>; readonly outdated: boolean } | undefined => {
  const opened = unseal(keyring, collection, key, sealed)
  const parsed = opened.ok ? z.safeParse(schema, opened.value.value) : undefined
  return opened.ok && parsed?.success ? { value: parsed.data, outdated: opened.value.outdated } : undefined
}
