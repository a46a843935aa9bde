import de from './de.json' with { type: 'json' }
import en from './en.json' with { type: 'json' }
import es from './es.json' with { type: 'json' }
import fr from './fr.json' with { type: 'json' }

/**
 * What users are told, as a resource bundle per language. The names follow the reference's
 * `systemComponent_COMPONENT_MESSAGE`, the messages themselves are ours. `{0}` stands for a value.
 */
export type MessageKey = keyof typeof en

/** Some messages in one language. */
export type MessageBundle = Readonly<Partial<Record<MessageKey, string>>>

/** By language tag. English first: it is spoken where there is nothing better. */
const shipped: Readonly<Record<string, Readonly<Record<MessageKey, string>>>> = { en, fr, de, es }

/** A message in the words that it is shipped with. */
export const shippedWords = (key: MessageKey): readonly string[] => Object.values(shipped).map(bundle => bundle[key])

/** What is wrong with a bundle, in words. */
export const bundleProblems = (
  bundles: Readonly<Record<string, Readonly<Record<string, string>>>>,
): readonly string[] =>
  Object.entries(bundles).flatMap(([language, bundle]) =>
    Object.entries(bundle).flatMap(([key, text]) => {
      const original = Object.hasOwn(en, key) ? en[key as MessageKey] : undefined
      if (original === undefined) return [`${language}: there is no message ${key}`]
      const unknown = placeholdersOf(text).filter(placeholder => !placeholdersOf(original).includes(placeholder))
      return unknown.map(placeholder => `${language}: ${key} is given no ${placeholder}`)
    }),
  )

const placeholdersOf = (text: string): readonly string[] => text.match(/\{\d\}/g) ?? []

/** Every language's words for every message: those of `own` before the shipped ones. */
export const mergeBundles = (
  own: Readonly<Record<string, MessageBundle>>,
): Readonly<Record<MessageKey, Readonly<Record<string, string>>>> => {
  const languages = [...new Set([...Object.keys(shipped), ...Object.keys(own)])]
  const keys = Object.keys(en) as readonly MessageKey[]
  return Object.fromEntries(
    keys.map(key => [
      key,
      Object.fromEntries(
        languages.flatMap(language => {
          const text = own[language]?.[key] ?? shipped[language]?.[key]
          return text === undefined ? [] : [[language, text]]
        }),
      ),
    ]),
  ) as Record<MessageKey, Record<string, string>>
}
