import fc from 'fast-check'
import { expect, test } from 'vitest'
import { masked } from '../../../shared/channels/masked.ts'
import { anyCharacter } from '../../fixtures/any-character.ts'

test.each([
  ['U2URF86K1', '…6K1'],
  ['+15555550100', '…100'],
  ['7faf8a69-3c0b-4e2b-9a86-5d1f2f3c4b5a', '…4b5a'],
  ['12', '…'],
  ['', '…'],
  ['\u202Eabc<script>', '…ipt'],
])('%s is shown as %s', (id, shown) => {
  expect(masked(id)).toBe(shown)
})

test('shows four letters or digits at most, and never more than a third', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), id => {
      const shown = masked(id)
      expect(shown).toMatch(/^…[A-Za-z0-9]{0,4}$/)
      expect((shown.length - 1) * 3).toBeLessThanOrEqual(id.length)
    }),
  )
})
