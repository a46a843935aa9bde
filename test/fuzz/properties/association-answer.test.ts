import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { message, says } from '../../../functions/messages/messages.ts'
import { budget, TIMEOUT_MS } from './budget.ts'
import { codeUnit } from './code-unit.ts'

const keys = [
  'systemComponent_OAuth2AccountLink_linkAccountLabel',
  'systemComponent_OAuth2AccountLink_neverLinkLabel',
  'systemComponent_OAuth2AccountLink_notNowLabel',
] as const

const labels = keys.flatMap(key => Object.values<string>(Object(message(key))).map(label => ({ key, label })))
const blank = fc.stringMatching(/^[ \t\n\u00a0]{0,3}$/)
const word = fc.stringMatching(/^[\p{L}\d]{1,12}$/u)

describe('an answer to the question whether to link an account', { timeout: TIMEOUT_MS }, () => {
  test('is understood in any case, with blanks and a full stop, as one of the three and no other', () => {
    const typed = fc
      .constantFrom(...labels)
      .chain(({ key, label }) => fc.tuple(fc.constant(key), fc.mixedCase(fc.constant(label))))
    fc.assert(
      fc.property(typed, blank, fc.constantFrom('', '.', '!'), blank, ([key, text], before, mark, after) => {
        expect(keys.filter(one => says(before + text + mark + after, one))).toEqual([key])
      }),
      budget(),
    )
  })

  test('is nothing that says more, or something else', () => {
    const more = fc
      .tuple(fc.constantFrom(...labels), word)
      .chain(([{ label }, said]) => fc.constantFrom(`${label} ${said}`, `${said} ${label}`, `${label}? ${said}`))
    const known = new Set(labels.map(({ label }) => label.normalize('NFKC').toLowerCase()))
    const other = fc.oneof(more, word, fc.string({ unit: codeUnit, maxLength: 200 }))
    fc.assert(
      fc.property(other, text => {
        fc.pre(!known.has(text.normalize('NFKC').toLowerCase()))
        expect(keys.filter(key => says(text, key))).toEqual([])
      }),
      budget(),
    )
  })
})
