import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createSignInCode, readSignInCode } from '../../../shared/oauth/sign-in-code.ts'
import { budget, TIMEOUT_MS } from './budget.ts'

const LETTER = '[BCDFGHJKLMNPQRSTVWXZ]'
const CODE = new RegExp(`^${LETTER}{3}-${LETTER}{3}$`)

describe('a sign-in code', { timeout: TIMEOUT_MS }, () => {
  test('is read however people type it', () => {
    const code = fc.nat().map(() => createSignInCode())
    const blanks = fc.stringMatching(/^[ \t\n\u00a0]{0,3}$/)
    fc.assert(
      fc.property(
        code.chain(made => fc.tuple(fc.constant(made), fc.mixedCase(fc.constant(made)))),
        fc.constantFrom('-', ' ', ''),
        blanks,
        blanks,
        ([made, typed], hyphen, before, after) => {
          expect(made).toMatch(CODE)
          expect(readSignInCode(before + typed.replace('-', hyphen) + after)).toBe(made)
        },
      ),
      budget(),
    )
  })

  test('is never seen in anything else', () => {
    // Among the letters two whose other case is one of ours, to whoever folds cases as Unicode does.
    const three = fc.string({ unit: fc.constantFrom(...'BCDFbcdfsk', '\u017f', '\u212a'), minLength: 3, maxLength: 3 })
    const near = fc
      .tuple(three, fc.constantFrom('-', ' ', '', '--', '\u2013'), three, fc.constantFrom('', ' ', 'B', '.', ' BCD'))
      .map(parts => parts.join(''))
    fc.assert(
      fc.property(fc.oneof({ weight: 3, arbitrary: near }, fc.string()), message => {
        const code = readSignInCode(message)
        // The whole message, letter by letter: nothing around it, nothing that only becomes a letter of ours.
        const [, first = '', second = ''] = /^(.{3})[- ]?(.{3})$/su.exec(message.trim()) ?? []
        const letters = [...(first + second)]
          .map(letter => (/[a-z]/.test(letter) ? letter.toUpperCase() : letter))
          .join('')
        if (code === undefined) expect(letters).not.toMatch(new RegExp(`^${LETTER}{6}$`))
        else expect([code, code.replace('-', '')]).toEqual([expect.stringMatching(CODE), letters])
      }),
      budget(300),
    )
  })
})
