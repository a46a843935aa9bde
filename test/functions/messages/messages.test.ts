import { describe, expect, it, vi } from 'vitest'
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

describe('a prompt', () => {
  const labels = ['linkAccountLabel', 'neverLinkLabel', 'notNowLabel'] as const
  const said = [
    [
      'systemComponent_OAuth2AccountLink_consentPrompt',
      labels.map(label => `systemComponent_OAuth2AccountLink_${label}` as const),
    ],
    [
      'systemComponent_OAuth2AccountLink_conflictPrompt',
      labels.map(label => `systemComponent_OAuth2AccountLink_${label}` as const),
    ],
    ['systemComponent_OAuth2AccountLink_codeAwaited', ['systemComponent_OAuth2AccountLink_cancelLabel']],
    ['systemComponent_Notification_question', ['systemComponent_Notification_readLabel']],
  ] as const

  it.each(said)('%s names the words that are understood, in the order of their labels', (prompt, keys) => {
    for (const text of Object.values(shipped[prompt])) {
      const quoted = [...text.matchAll(/[“„«]([^”“»]+)[”“»]/g)].map(([, words = '']) => words)
      expect(quoted).toHaveLength(keys.length)
      expect(keys.map((key, index) => says(quoted[index] ?? '', key))).toEqual(keys.map(() => true))
    }
  })
})

describe('an adopter’s own bundle', () => {
  it('goes before the shipped one, message by message', () => {
    const merged = mergeBundles({ de: { [KEY]: 'Erledigt: {0}.' } })
    expect(merged[KEY]).toEqual({ ...shipped[KEY], de: 'Erledigt: {0}.' })
    expect({ ...merged, [KEY]: shipped[KEY] }).toEqual(shipped)
  })

  it('has the shipped words of a label understood that it words differently, for prompts name them', async () => {
    const key = 'systemComponent_OAuth2AccountLink_notNowLabel'
    vi.doMock('../../../functions/messages/own/index.ts', () => ({ ownBundles: { en: { [key]: 'Later' } } }))
    vi.resetModules()
    const reworded = await import('../../../functions/messages/messages.ts')
    expect(localize(reworded.message(key), 'en')).toBe('Later')
    expect(['later', 'not now', 'sometime'].map(text => reworded.says(text, key))).toEqual([true, true, false])
    vi.doUnmock('../../../functions/messages/own/index.ts')
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

  it.each([
    'Link account',
    ' link account. ',
    'KONTO VERKNÜPFEN',
    'associer le  compte',
    'Vincular la cuenta!',
    '“link account”.',
    '« associer le compte »',
  ])('is recognised when somebody says it: %j', text => {
    expect(says(text, 'systemComponent_OAuth2AccountLink_linkAccountLabel')).toBe(true)
  })

  it.each([
    'link',
    'link account please',
    'never link account',
    '',
    ' ',
    '.',
    'x'.repeat(1_000_000),
    `a${' '.repeat(300_000)}b`,
  ])('is not taken for another: %j', text => {
    expect(says(text, 'systemComponent_OAuth2AccountLink_linkAccountLabel')).toBe(false)
  })
})
