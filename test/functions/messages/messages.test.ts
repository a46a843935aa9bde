import { describe, expect, it } from 'vitest'
import { bundleProblems, mergeBundles } from '../../../functions/messages/message-bundle.ts'
import { message, says } from '../../../functions/messages/messages.ts'
import { localize } from '../../../shared/dialogflow/localized.ts'

const KEY = 'systemComponent_OAuth2AccountLink_linked'
const shipped = mergeBundles({})

describe('the shipped bundles', () => {
  it.each(Object.entries(shipped))('%s is worded in four languages, with the same placeholders', (key, words) => {
    expect(key).toMatch(/^systemComponent_[A-Z][A-Za-z0-9]+_[a-z][A-Za-z]+$/)
    expect(Object.keys(words)).toEqual(['en', 'fr', 'de', 'es'])
    const placeholders = Object.values(words).map(text => text.match(/\{\d\}/g) ?? [])
    for (const found of placeholders) expect(found).toEqual(placeholders[0])
    for (const text of Object.values(words)) expect(text).toMatch(/\S/)
  })
})

describe('an adopter’s own bundle', () => {
  it('goes before the shipped one, message by message', () => {
    const merged = mergeBundles({ de: { [KEY]: 'Erledigt: {0}.' } })
    expect(merged[KEY]).toEqual({ ...shipped[KEY], de: 'Erledigt: {0}.' })
    expect({ ...merged, [KEY]: shipped[KEY] }).toEqual(shipped)
  })

  it('adds a language, in which English is said where it has no words', () => {
    const merged = mergeBundles({ pt: { [KEY]: 'Conta {0} ligada.' } })
    expect(localize(merged[KEY], 'pt-BR')).toBe('Conta {0} ligada.')
    expect(localize(merged.systemComponent_OAuth2AccountLink_linkLabel, 'pt-BR')).toBe('Sign in')
  })

  it.each([
    [
      'a message that there is not',
      { systemComponent_OAuth2AccountLink_typo: 'x' },
      'de: there is no message systemComponent_OAuth2AccountLink_typo',
    ],
    ['an inherited name', { constructor: 'x' }, 'de: there is no message constructor'],
    ['a value that the message is not given', { [KEY]: '{0} {1}' }, `de: ${KEY} is given no {1}`],
  ])('is refused with %s', (_what, bundle, problem) => {
    expect(bundleProblems({ de: bundle })).toEqual([problem])
  })
})

describe('a message', () => {
  it('has its values put in, as they are', () => {
    expect(localize(message(KEY, '$& {0}'), 'en')).toBe('Your $& {0} account is linked.')
  })

  it.each(['Link account', ' link account. ', 'KONTO VERKNÜPFEN', 'associer le  compte', 'Vincular la cuenta!'])(
    'is recognised when somebody says it: %j',
    text => {
      expect(says(text, 'systemComponent_OAuth2AccountLink_linkAccountLabel')).toBe(true)
    },
  )

  it.each(['link', 'link account please', 'never link account', '', ' ', '.', 'x'.repeat(1_000_000)])(
    'is not taken for another: %j',
    text => {
      expect(says(text, 'systemComponent_OAuth2AccountLink_linkAccountLabel')).toBe(false)
    },
  )
})
