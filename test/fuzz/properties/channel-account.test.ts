import fc from 'fast-check'
import { expect, test } from 'vitest'
import { channels } from '../../../shared/channels/channels.ts'
import { channelAccountOf } from '../../../shared/channels/recognise-channel.ts'
import { parseTurn } from '../../../shared/dialogflow/parse-turn.ts'
import type { JsonObject } from '../../../shared/runtime/json.ts'
import { cxTurn, ES_SESSION, esTurn, origins } from '../../shared/channels/fixtures.ts'
import { assertChannelAccount } from '../channel-ids.ts'
import { mutateJson } from '../mutate-json.ts'
import { Random } from '../random.ts'
import { wordsOf } from '../words.ts'
import { budget, TIMEOUT_MS } from './budget.ts'
import { codeUnit } from './code-unit.ts'

const words = wordsOf(['shared/channels'])
const genuine = Object.values<JsonObject>(origins).map(origin => Buffer.from(JSON.stringify(origin)))

/** A channel's message in which anything has become anything else. */
const message = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 5 })).map(([seed, changes]): JsonObject => {
  const random = new Random(seed)
  const material = { random, words, other: () => random.pick(genuine) }
  let changed: Buffer = random.pick(genuine)
  for (let change = 0; change < changes; change += 1) changed = mutateJson(changed, material)
  const origin: unknown = JSON.parse(changed.toString())
  return typeof origin === 'object' && origin !== null && !Array.isArray(origin) ? { ...origin } : {}
})

const trust = fc.subarray(channels.map(({ name }) => name)).map(names => ({ connectors: new Set(names) }))

test('whatever a channel’s message says, it is an account of its channel’s form or the session’s', {
  timeout: TIMEOUT_MS,
}, () => {
  fc.assert(
    fc.property(message, trust, fc.boolean(), (origin, connectors, isCx) => {
      const body = { session: ES_SESSION, queryResult: { queryText: 'hi' }, originalDetectIntentRequest: origin }
      const turn = isCx ? parseTurn(cxTurn({ ...Object(origin.payload) }).body) : parseTurn(body)
      if (!turn.ok) return
      const account = channelAccountOf(turn.value, connectors)
      if (account === undefined) throw new Error('nobody, although there is a session')
      assertChannelAccount(account, turn.value.session?.name ?? '')
      const isVouchedFor =
        account.proof === 'connector'
          ? connectors.connectors.has(account.channel ?? 'slack')
          : account.proof !== 'integration' || !isCx
      expect(isVouchedFor).toBe(true)
    }),
    budget(500),
  )
})

test('no user of any application is taken for one of a channel', { timeout: TIMEOUT_MS }, () => {
  const user = fc.record({
    service: fc.string(),
    subject: fc.oneof(fc.string({ unit: codeUnit }), fc.constantFrom('","', '"]', '["slack","T1","U1"]')),
  })
  fc.assert(
    fc.property(user, user, (one, other) => {
      const ids = [one, other].map(
        signedIn => channelAccountOf(esTurn({}), { connectors: new Set(), signedIn })?.id ?? '',
      )
      for (const id of ids) expect(id).toMatch(/^\["(?:web_client|session)",/)
      const isSame = one.service === other.service && one.subject === other.subject
      if (ids.every(id => id.startsWith('["web_client"'))) expect(ids[0] === ids[1]).toBe(isSame)
    }),
    budget(),
  )
})
