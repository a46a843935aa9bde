import { describe, expect, test } from 'vitest'
import { createSignInCode, readSignInCode } from '../../../shared/oauth/sign-in-code.ts'

describe('a sign-in code', () => {
  test('reads back as it was written', () => {
    for (let round = 0; round < 200; round += 1) {
      const code = createSignInCode()
      expect(readSignInCode(code)).toBe(code)
    }
  })

  test.each(['BCD-FGH', 'bcd-fgh', 'bcdfgh', 'BCD FGH', '  Bcd-fGh \n'])('is understood as %j', typed => {
    expect(readSignInCode(typed)).toBe('BCD-FGH')
  })

  test.each([
    ['an order number', '123456'],
    ['a one-time password of somebody else', '482 913'],
    ['a word', 'cancel'],
    ['a word of six consonants and vowels', 'yes yes'],
    ['a code within a sentence', 'my code is BCD-FGH'],
    ['a code and more', 'BCD-FGH please'],
    ['a code too long', 'BCD-FGHJ'],
    ['a code too short', 'BC-FGH'],
    ['two codes', 'BCD-FGH BCD-FGH'],
    ['letters that look alike', 'ВСD-FGH'],
    ['another hyphen in the middle', 'BCD--FGH'],
    ['a line break in the middle', 'BCD\nFGH'],
    ['nothing', ''],
    ['a very long message', 'B'.repeat(1_000_000)],
  ])('is not seen in %s', (_, message) => {
    expect(readSignInCode(message)).toBeUndefined()
  })

  test('is hardly ever the same', () => {
    const codes = new Set(Array.from({ length: 1000 }, createSignInCode))
    expect(codes.size).toBeGreaterThan(995)
  })
})
