import fc from 'fast-check'
import { expect, test } from 'vitest'
import { targets } from '../targets/index.ts'
import { tryInput } from '../trial.ts'
import { wordsOf } from '../words.ts'
import { budget, TIMEOUT_MS } from './budget.ts'

test.each(targets)(
  '$name: no run of anything, up to the longest input, takes long',
  { timeout: TIMEOUT_MS },
  async target => {
    const piece = fc.oneof(
      fc.constantFrom(...wordsOf(target.words)),
      fc.constantFrom(
        ...' \t,;:.=-/\\"\'[]{}()<>&%+AA0_',
        '%00',
        '[{"a":',
        '\u00e9',
        '\n',
        ':A',
        ', ',
        '; ',
        '"\\',
        '[,',
      ),
      fc.string({ minLength: 1, maxLength: 4 }),
    )
    // Where something genuine begins, or one of its parts; or alone.
    const around = fc
      .constantFrom(
        ...target
          .seeds()
          .slice(0, 20)
          .map(seed => seed.toString('latin1')),
        '',
      )
      .chain(genuine => {
        const boundaries = [...genuine.matchAll(/[\n:.,;=&?"{[] ?/g)].map(({ index, 0: found }) => index + found.length)
        return fc.tuple(fc.constant(genuine), fc.constantFrom(0, ...boundaries, genuine.length))
      })
    await fc.assert(
      fc.asyncProperty(piece, around, async (run, [genuine, at]) => {
        const room = Math.max(0, target.maxLength - genuine.length)
        const text = genuine.slice(0, at) + run.repeat(Math.ceil(room / run.length)) + genuine.slice(at)
        expect(await tryInput(target, Buffer.from(text, 'latin1').subarray(0, target.maxLength))).toBeTypeOf('string')
      }),
      budget(40),
    )
  },
)
