import fc from 'fast-check'
import { expect, test } from 'vitest'
import { callback } from '../targets/callback.ts'
import { budget, TIMEOUT_MS } from './budget.ts'
import { codeUnit } from './code-unit.ts'

// What is asserted of each request stands beside the target: used up by its owner alone, nothing shown, nothing logged.

const service = fc.oneof({ weight: 4, arbitrary: fc.constantFrom('generic', '~crm') }, fc.webSegment())
const name = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('state', 'code', 'error', 'iss', 'response', 'id_token') },
  fc.string(),
)
const value = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      'STATE1',
      'STATE2',
      'COOKIE1',
      'abc',
      'access_denied',
      'https://crm.example',
      'https://idp.example',
    ),
  },
  fc.string(),
  fc.string({ unit: codeUnit }),
)
const query = fc.array(fc.tuple(name, value), { maxLength: 6 }).map(pairs => new URLSearchParams(pairs).toString())
const cookies = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom('__Host-sign-in=COOKIE1', '__Host-sign-in=COOKIE2', '__Host-sign-in=STATE1', ' a=b'),
    },
    fc.stringMatching(/^[^\n]{0,20}$/),
  ),
  { maxLength: 3 },
)

const anything = fc.tuple(service, query, cookies)

/** All that it takes, among other things: twice, for another service, from another browser. */
const nearly = fc
  .tuple(
    fc.constantFrom('~crm', '~crm', 'generic'),
    fc.shuffledSubarray(
      ['state=STATE2', 'code=abc', 'state=STATE2', 'state=', 'state=STATE1', 'iss=https://crm.example'],
      { minLength: 2 },
    ),
    fc.shuffledSubarray(['__Host-sign-in=COOKIE2', 'a=b', '__Host-sign-in=COOKIE1', '__Host-sign-in=']),
  )
  .map(([path, parameters, pairs]) => [path, parameters.join('&'), pairs] as const)

test('a sign-in is used up only by the browser that began it, whatever a callback brings', {
  timeout: TIMEOUT_MS,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(anything, nearly), async ([path, search, pairs]) => {
      await callback.check(Buffer.from(`/callback/${path}?${search}\n${pairs.join(';')}`))
    }),
    budget(600),
  )
})

test('and then it is', async () => {
  expect(await callback.check(Buffer.from('/callback/~crm?state=STATE2&code=abc\n__Host-sign-in=COOKIE2'))).toMatch(
    /^200 /,
  )
  expect(await callback.check(Buffer.from('/callback/generic?state=STATE1&code=abc\n__Host-sign-in=COOKIE1'))).toMatch(
    /^502 /,
  )
  expect(await callback.check(Buffer.from('/callback/generic?state=STATE1&code=abc\n__Host-sign-in=COOKIE2'))).toMatch(
    /^403 /,
  )
})
