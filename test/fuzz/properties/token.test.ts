import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { token as genuineToken } from '../genuine.ts'
import { sessionToken } from '../targets/session-token.ts'
import { token } from '../targets/token.ts'
import { budget, TIMEOUT_MS } from './budget.ts'
import { codeUnit } from './code-unit.ts'

const [genuineSessionToken = ''] = sessionToken.seeds().map(String)

/** One to three characters of a token removed, exchanged or added, at the places where spellings differ among others. */
const misspelled = (genuine: string) =>
  fc
    .tuple(
      fc.oneof(
        fc.nat(genuine.length),
        fc.constantFrom(0, genuine.indexOf('.'), genuine.lastIndexOf('.'), genuine.length),
      ),
      fc.nat(3),
      fc.oneof(fc.string({ unit: codeUnit, maxLength: 3 }), fc.stringMatching(/^[\w.=+/ -]{0,3}$/)),
    )
    // As a header has it: in ISO 8859-1.
    .map(([at, removed, added]) =>
      Buffer.from(genuine.slice(0, at) + added + genuine.slice(at + removed), 'latin1').toString('latin1'),
    )
    .filter(text => text.replace(/^ +/, '') !== genuine)

describe.each([
  ['an identity token', token, genuineToken],
  ['a session token', sessionToken, genuineSessionToken],
])('%s', (_, target, genuine) => {
  test('is believed as it was signed', async () => {
    expect(await target.check(Buffer.from(genuine))).toMatch(/^believed/)
  })

  test('is not believed in any other spelling', { timeout: TIMEOUT_MS }, async () => {
    await fc.assert(
      fc.asyncProperty(misspelled(genuine), async text => {
        expect(await target.check(Buffer.from(text, 'latin1'))).not.toMatch(/^believed/)
      }),
      budget(1000),
    )
  })

  test('is no text at all: nothing throws', { timeout: TIMEOUT_MS }, async () => {
    const part = fc.oneof(
      fc.string({ unit: codeUnit }),
      fc.json().map(json => Buffer.from(json).toString('base64url')),
      fc.constantFrom(...genuine.split('.'), ''),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 5 }), async parts => {
        await target.check(Buffer.from(parts.join('.')))
      }),
      budget(),
    )
  })
})
