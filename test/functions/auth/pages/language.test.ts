import { describe, expect, it } from 'vitest'
import { languages, pageLanguage } from '../../../../functions/auth/pages/language.ts'

describe('the language of a page', () => {
  it.each([
    ['fr', undefined, 'fr'],
    ['fr-CA', 'de', 'fr'],
    ['ES-419', 'de', 'es'],
    ['de_AT', undefined, 'de'],
    ['', 'de', 'de'],
    ['french', 'de', 'de'],
    ['constructor', undefined, 'en'],
    [undefined, 'pt-BR,pt;q=0.9,es;q=0.8,en;q=0.7', 'es'],
    [undefined, 'en;q=0.1, fr', 'fr'],
    [undefined, 'en;q=0.1, fr;q=0.10, de;q=0.2', 'de'],
    [undefined, 'fr;q=0, *', 'en'],
    [undefined, 'fr;q=2, de;q=x', 'fr'],
    [undefined, `${'x,'.repeat(400)}fr`, 'en'],
    [undefined, undefined, 'en'],
  ])('of %j and %j is %s', (spoken, accepted, expected) => {
    expect(pageLanguage(spoken, accepted)).toBe(expected)
  })
})

/** Every text of a language, by its place. */
const textsOf = (texts: object, place = ''): readonly (readonly [string, string])[] =>
  Object.entries(texts).flatMap(([name, text]) => {
    const at = `${place}.${name}`
    if (typeof text === 'string') return [[at, text] as const]
    return typeof text === 'function' ? [[at, String(text)] as const] : textsOf(text, at)
  })

describe.each(Object.entries(languages))('the texts in %s', (_, texts) => {
  it('are all there, each its own, without a placeholder left', () => {
    const all = textsOf(texts)
    expect(all.length).toBeGreaterThan(40)
    for (const [, text] of all) expect(text.trim()).toMatch(/^\S.{2,}/s)
    const values = all.map(([, text]) => text)
    expect(values.filter((text, index) => values.indexOf(text) !== index)).toEqual([])
  })

  it('name the button that they speak of as it is named', () => {
    expect(texts.link.isItYou).toContain(texts.disown)
  })

  it('count the minutes', () => {
    expect(texts.code.validity(5)).toContain('5')
    expect(texts.code.validity(1)).not.toMatch(/\d/)
  })
})

it('says nothing in English in the other languages', () => {
  const english = new Map(textsOf(languages.en))
  const { en: _, ...others } = languages
  const same = Object.values(others)
    .flatMap(texts => textsOf(texts))
    .filter(([place, text]) => english.get(place) === text)
  expect(same.map(([, text]) => text)).toEqual(['Assistant'])
})
