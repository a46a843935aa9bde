import type { FuzzTarget } from './target.ts'

/**
 * A defect behind three words. Each leads to a block of its own: whoever sees that has found it after hundreds of inputs,
 * and whoever does not has to hit on all three at once.
 */
const read = (input: Buffer): string => {
  let found = 'nothing'
  if (input.includes('amber')) {
    found = 'a word'
    if (input.includes('basalt')) {
      found += 'a word'
      if (input.includes('copper')) throw new TypeError('planted')
    }
  }
  return found === '' ? 'never' : 'read'
}

/** For the tests of the fuzzer itself. */
export const planted: FuzzTarget = {
  name: 'planted',
  promise: 'none',
  maxLength: 64,
  seeds: () => [Buffer.from('...')],
  mutators: [],
  words: ['test/fuzz/planted.ts'],
  check: read,
}
