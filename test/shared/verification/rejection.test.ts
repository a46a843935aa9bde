import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { excerpt } from '../../../shared/verification/rejection.ts'
import { anyCharacter } from '../../fixtures/any-character.ts'

describe('an excerpt', () => {
  it.each(['', 'https://webhook.example/', 'Zürich 東京 🙂', 'a"b\\c<d>'])('leaves %j as it is', text => {
    expect(excerpt(text)).toBe(text)
  })

  it.each([
    ['a line break', 'a\nb'],
    ['a carriage return', 'a\rb'],
    ['a NUL', 'a\0b'],
    ['an escape that colours a terminal', 'a\u001bb'],
    ['a control character of Latin-1', 'a\u0085b'],
    ['a line separator', 'a\u2028b'],
    ['a paragraph separator', 'a\u2029b'],
    ['an override of the writing direction', 'a\u202eb'],
    ['a zero-width space', 'a\u200bb'],
    ['a lone surrogate', 'a\ud800b'],
    ['a code point for private use', 'a\ue000b'],
  ])('shows that there was %s', (_, text) => {
    expect(excerpt(text)).toBe('a�b')
  })

  it('has two hundred characters, and says so when there were more', () => {
    expect(excerpt('x'.repeat(200))).toBe('x'.repeat(200))
    expect(excerpt('x'.repeat(201))).toBe(`${'x'.repeat(200)}…`)
    expect(excerpt('x'.repeat(1_000_000))).toHaveLength(201)
  })

  it('of any text is short, printable and on one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 500 }), text => {
        expect(excerpt(text)).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]{0,201}$/u)
      }),
      { seed: 9440, numRuns: 200 },
    )
  })
})
