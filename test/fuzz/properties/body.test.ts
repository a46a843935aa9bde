import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseBody } from '../../../shared/dialogflow/parse-body.ts'
import { mutateJson } from '../mutate-json.ts'
import { Random } from '../random.ts'
import { cxBody } from '../targets/cx-body.ts'
import { esBody } from '../targets/es-body.ts'
import { wordsOf } from '../words.ts'
import { budget, TIMEOUT_MS } from './budget.ts'

const words = wordsOf(esBody.words)

describe.each([
  ['ES', esBody, ['queryResult', 'session', 'responseId', 'originalDetectIntentRequest', 'outputContexts', 'payload']],
  ['CX', cxBody, ['sessionInfo', 'fulfillmentInfo', 'detectIntentResponseId', 'pageInfo', 'parameters', 'payload']],
])('a body of %s', { timeout: TIMEOUT_MS }, (_, target, names) => {
  test('may be any JSON: it is answered, or refused as data', async () => {
    const name = fc.oneof(fc.constantFrom(...names, '__proto__', 'constructor', 'prototype'), fc.string())
    const { value } = fc.letrec(tie => ({
      value: fc.oneof({ depthSize: 'small' }, fc.jsonValue(), tie('object'), fc.array(tie('value'), { maxLength: 3 })),
      object: fc.dictionary(name, tie('value'), { maxKeys: 5 }),
    }))
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, value, { minKeys: 1 }), async body => {
        await target.check(Buffer.from(JSON.stringify(body)))
      }),
      budget(),
    )
  })

  test('may be a genuine one in which anything has become anything else', async () => {
    const seeds = target.seeds()
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 8 }), async (seed, changes) => {
        const random = new Random(seed)
        const material = { random, words, other: () => random.pick(seeds) }
        let body = random.pick(seeds)
        for (let change = 0; change < changes; change += 1) body = mutateJson(body, material)
        await target.check(body)
      }),
      budget(300),
    )
  })

  test('may be any bytes', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: fc.constantFrom(...'{}[]":,\\u0_p') }).map(text => Buffer.from(text)),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async some => {
        await target.check(Buffer.from(some))
      }),
      budget(),
    )
  })
})

/** The same JSON string with some of its characters escaped. */
const spelled = (name: string) =>
  fc
    .tuple(
      ...[...name].map(letter => fc.constantFrom(letter, `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)),
    )
    .map(letters => `"${letters.join('')}"`)

test('a key that pollutes prototypes is refused, wherever it stands and however it is spelled', () => {
  const poison = fc.oneof(
    spelled('__proto__').map(name => `{${name}:{"polluted":1}}`),
    fc.tuple(spelled('constructor'), spelled('prototype')).map(([outer, inner]) => `{${outer}:{${inner}:1}}`),
  )
  const step = fc.oneof(fc.constant('[]'), fc.string({ minLength: 1, maxLength: 8 }))
  fc.assert(
    fc.property(poison, fc.array(step, { maxLength: 20 }), (inner, path) => {
      const text = path.reduce(
        (json, name) => (name === '[]' ? `[${json}]` : `{${JSON.stringify(name)}:${json}}`),
        inner,
      )
      expect(parseBody(Buffer.from(`{"payload":${text}}`))).toMatchObject({
        ok: false,
        error: { code: 'body_forbidden_key' },
      })
    }),
    budget(),
  )
})
