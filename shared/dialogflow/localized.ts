/** Words: the same in every language, or by language tag (BCP 47, any case), the one to fall back on first. */
export type Localized = string | Readonly<Record<string, string>>

/**
 * Chooses the words for a language: RFC 4647 §3.4 lookup (`fr-CA`, then `fr`), then any relative (`fr` finds `fr-CA`),
 * then the first. No words at all are an empty string.
 */
export function localize(words: Localized, language: string | undefined): string {
  if (typeof words === 'string') return words
  const tags = Object.keys(words)
  const tag = (language === undefined ? undefined : lookup(tags, language.toLowerCase())) ?? tags[0]
  return tag === undefined ? '' : (words[tag] ?? '')
}

function lookup(tags: readonly string[], language: string): string | undefined {
  for (let range = language; range !== ''; range = range.slice(0, Math.max(0, range.lastIndexOf('-')))) {
    const exact = tags.find(tag => tag.toLowerCase() === range)
    if (exact !== undefined) return exact
  }
  const [primary] = language.split('-')
  return tags.find(tag => tag.toLowerCase().split('-')[0] === primary)
}
