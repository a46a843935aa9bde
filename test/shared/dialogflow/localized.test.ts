import { describe, expect, test } from 'vitest'
import { localize } from '../../../shared/dialogflow/localized.ts'

describe('localize', () => {
  const words = {
    en: 'colour',
    'en-US': 'color',
    'fr-CA': 'couleur',
    de: 'Farbe',
    'zh-Hans': '颜色',
    'zh-Hant': '顏色',
  }

  test.each([
    ['en', 'colour'],
    ['en-US', 'color'],
    ['en-us', 'color'],
    ['EN-GB', 'colour'],
    ['fr-CA', 'couleur'],
    ['fr', 'couleur'],
    ['fr-BE', 'couleur'],
    ['de-AT-1996', 'Farbe'],
    ['zh-Hant-TW', '顏色'],
    ['zh', '颜色'],
    ['eng', 'colour'],
    ['pt', 'colour'],
    ['', 'colour'],
    ['-', 'colour'],
    ['constructor', 'colour'],
    [undefined, 'colour'],
  ])('chooses for %s', (language, expected) => {
    expect(localize(words, language)).toBe(expected)
  })

  test('says the same in every language where there is but one wording', () => {
    expect(localize('OK', 'fr')).toBe('OK')
  })

  test('says nothing where there are no words', () => {
    expect(localize({}, 'fr')).toBe('')
  })
})
