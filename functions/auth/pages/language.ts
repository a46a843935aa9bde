import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'
import { fr } from './fr.ts'
import type { Texts } from './texts.ts'

/** The pages' languages. Adding one is a file and a line here. */
export const languages = { en, fr, de, es } as const satisfies Record<string, Texts>

export type Language = keyof typeof languages

export const isLanguage = (text: string): text is Language => Object.hasOwn(languages, text)

/** BCP 47: `fr` of `fr-CA`, if it is one of ours. */
const ours = (tag: string): Language | undefined => {
  const [primary = ''] = tag.trim().toLowerCase().split(/[-_]/, 1)
  return isLanguage(primary) ? primary : undefined
}

/** More than any browser sends; more than that is not looked at. */
const MAX_HEADER_LENGTH = 500

/** RFC 9110 §12.5.4: the language of ours with the greatest weight. */
const accepted = (header: string): Language | undefined => {
  const ranges = header
    .slice(0, MAX_HEADER_LENGTH)
    .split(',')
    .map(range => {
      const [tag = '', ...parameters] = range.split(';')
      const weight = parameters.map(parameter => /^\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*$/i.exec(parameter)?.[1])[0]
      return { language: ours(tag), weight: weight === undefined ? 1 : Number(weight) }
    })
  return ranges
    .filter(({ weight }) => weight > 0)
    .toSorted((one, other) => other.weight - one.weight)
    .find(({ language }) => language !== undefined)?.language
}

/**
 * The language of a page: the conversation's, or one that the browser accepts, or English.
 *
 * @param spoken the conversation's, BCP 47; where it is known
 * @param acceptLanguage the header
 */
export const pageLanguage = (spoken: string | undefined, acceptLanguage: string | undefined): Language =>
  ours(spoken ?? '') ?? accepted(acceptLanguage ?? '') ?? 'en'
