import type { Reply } from '../dialogflow/reply.ts'
import type { JsonValue } from '../runtime/json.ts'
import type { Keyring } from '../storage/keyring.ts'
import { seal, unseal } from '../storage/sealed-value.ts'
import { answers } from './answers.ts'

/** A reply may be personal, and hold the link of a sign-in: where there is a keyring, it is stored encrypted. */
export const storedReply = (reply: Reply, id: string, keyring: Keyring | undefined): JsonValue => {
  const value = { parts: reply.parts }
  return keyring === undefined ? value : { sealed: seal(keyring, answers, id, value) }
}

/** `undefined`: there is no reply yet, or it does not decrypt. */
export const readReply = (
  value: JsonValue | undefined,
  id: string,
  keyring: Keyring | undefined,
): Reply | undefined => {
  if (isReply(value)) return value
  if (keyring === undefined || !isSealed(value)) return undefined
  const opened = unseal(keyring, answers, id, value.sealed)
  return opened.ok && isReply(opened.value.value) ? opened.value.value : undefined
}

/** Nothing but replies is ever stored here. */
const isReply = (value: JsonValue | undefined): value is Reply =>
  typeof value === 'object' && value !== null && 'parts' in value

const isSealed = (value: JsonValue | undefined): value is { readonly sealed: string } =>
  typeof value === 'object' && value !== null && 'sealed' in value && typeof value.sealed === 'string'
