import type { Localized } from '../../shared/dialogflow/localized.ts'
import { bundleProblems, type MessageKey, mergeBundles } from './message-bundle.ts'
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

/** Whether somebody has said exactly this, in any language: a label is pressed in one channel, and typed in another. */
export const says = (text: string, key: MessageKey): boolean => {
  const said = normalized(text)
  return said !== '' && Object.values(words[key]).some(label => normalized(label) === said)
}

const MAX_SAID_LENGTH = 100

const normalized = (text: string): string =>
  text.length > MAX_SAID_LENGTH
    ? ''
    : text.normalize('NFKC').trim().replace(/[.!]$/, '').replaceAll('’', "'").replace(/\s+/g, ' ').trim().toLowerCase()
