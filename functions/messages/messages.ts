import type { Localized } from '../../shared/dialogflow/localized.ts'
import { bundleProblems, type MessageKey, mergeBundles, shippedWords } from './message-bundle.ts'
import { ownBundles } from './own/index.ts'

const problems = bundleProblems(ownBundles)
if (problems.length > 0) throw new TypeError(`functions/messages/own:\n${problems.join('\n')}`)
const words = mergeBundles(ownBundles)

/** A message in every language there is. */
export const message = (key: MessageKey, ...values: readonly string[]): Localized =>
  values.length === 0
    ? words[key]
    : Object.fromEntries(
        Object.entries(words[key]).map(([language, text]) => [
          language,
          text.replace(/\{(\d)\}/g, (placeholder, position) => values[Number(position)] ?? placeholder),
        ]),
      )

/**
 * Whether somebody has said exactly this, in any language: a label is pressed in one channel, and typed in another. The
 * shipped words count too where a label was reworded, since prompts name them.
 */
export const says = (text: string, key: MessageKey): boolean => {
  // Asked of every turn: most are longer than any label.
  if (text.length > MAX_SAID_LENGTH) return false
  return spoken(key).has(normalized(text))
}

/** By message, once one is asked for. */
const labels = new Map<MessageKey, ReadonlySet<string>>()

const spoken = (key: MessageKey): ReadonlySet<string> => {
  const known = labels.get(key)
  if (known !== undefined) return known
  const made = new Set([...Object.values(words[key]), ...shippedWords(key)].map(normalized))
  labels.set(key, made)
  return made
}

const MAX_SAID_LENGTH = 100

/** Space, the end of a sentence, and the quotation marks that prompts put around what can be said. */
const AROUND = /^[\s"'“”„«»]+|[\s"'“”„«».!]+$/g

const normalized = (text: string): string =>
  text.normalize('NFKC').replace(AROUND, '').replaceAll('’', "'").replace(/\s+/g, ' ').toLowerCase()
