import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { headers } from '../genuine.ts'
import { header, writeFields } from '../targets/header.ts'
import { budget, TIMEOUT_MS } from './budget.ts'

/** Without one of these as it is, nobody is believed. */
const strict = headers.filter(([name]) => /^(?:Authorization|X-Lb-Attestation|X-Client-Cert-(?!Chain$))/.test(name))

const value = fc.string({ unit: 'grapheme-ascii', maxLength: 60 })
const unknown = fc.tuple(fc.stringMatching(/^X-Other-[A-Za-z0-9-]{1,20}$/), value)
const inAnyCase = (name: string) => fc.mixedCase(fc.constant(name))

describe('a call', { timeout: TIMEOUT_MS }, () => {
  test('is believed in any order and case of its headers, whatever stands between them', async () => {
    const fields = fc
      .tuple(fc.array(unknown), ...headers.map(([name, genuine]) => fc.tuple(inAnyCase(name), fc.constant(genuine))))
      .chain(([others, ...genuine]) =>
        fc.shuffledSubarray([...others, ...genuine], { minLength: others.length + genuine.length }),
      )
    await fc.assert(
      fc.asyncProperty(fields, async all => {
        expect(await header.check(writeFields(all))).toBe('believed')
      }),
      budget(),
    )
  })

  const wrong = fc.constantFrom(...strict).chain(([name, genuine]) => {
    const other = value.filter(text => text !== genuine && text.trim() !== genuine)
    const changed = other.map(text => [[name, text]])
    const doubled = fc
      .tuple(inAnyCase(name), fc.oneof(other, fc.constant(genuine)))
      .map(second => [[name, genuine], second])
    const lookalike = fc.tuple(fc.constant(name.replace('-', '_')), other).map(second => [[name, genuine], second])
    const kinds = [fc.constant([]), changed, doubled, ...(name.includes('-') ? [lookalike] : [])]
    return fc.tuple(fc.constant(name), fc.oneof(...kinds))
  })

  test('is not believed where one header is missing, changed, doubled or imitated, whichever comes first', async () => {
    await fc.assert(
      fc.asyncProperty(wrong, fc.boolean(), async ([name, instead], first) => {
        const others = headers.filter(([other]) => other !== name)
        const pairs = instead.map(([spelled = '', text = '']) => [spelled, text] as const)
        const all = first ? [...pairs, ...others] : [...others, ...pairs]
        expect(await header.check(writeFields(all))).not.toBe('believed')
      }),
      budget(400),
    )
  })
})
