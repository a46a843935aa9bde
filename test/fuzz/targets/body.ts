import assert from 'node:assert/strict'
import { channels } from '../../../shared/channels/channels.ts'
import { channelAccountOf } from '../../../shared/channels/recognise-channel.ts'
import type { BodyError } from '../../../shared/dialogflow/body-error.ts'
import { parseBody } from '../../../shared/dialogflow/parse-body.ts'
import { parseTurn } from '../../../shared/dialogflow/parse-turn.ts'
import { reply } from '../../../shared/dialogflow/reply.ts'
import type { Dialect, Turn } from '../../../shared/dialogflow/turn.ts'
import { writeReply } from '../../../shared/dialogflow/write-reply.ts'
import { callId } from '../../../shared/intents/call-id.ts'
import type { JsonObject } from '../../../shared/runtime/json.ts'
import { assertChannelAccount } from '../channel-ids.ts'
import { corpusBodies } from '../corpora.ts'
import { mutateJson } from '../mutate-json.ts'
import type { FuzzTarget } from '../target.ts'

const everyChannel = { connectors: new Set(channels.map(({ name }) => name)) }

/** Something of every kind that both dialects know. */
const said = reply()
  .text({ en: 'Hello', fr: 'Bonjour' })
  .suggestions('Yes')
  .link('Sign in', 'https://auth.example/link')
  .sessionParameters({ a: 1, b: null })
  .context('c', 1)
  .toPage('p')
  .toFlow('f')

const prototypes = [Object.prototype, Array.prototype, Function.prototype].map(prototype => ({
  prototype,
  names: Reflect.ownKeys(prototype).length,
}))

const assertUnpolluted = () => {
  for (const { prototype, names } of prototypes)
    assert.equal(Reflect.ownKeys(prototype).length, names, 'a prototype was changed')
}

/** However it was spelled: whoever merges a body later may be less careful than we are. */
const assertNoPoison = (body: JsonObject) => {
  JSON.stringify(body, (name, value: unknown) => {
    assert.notEqual(name, '__proto__', 'a body with a key that changes prototypes')
    return value
  })
}

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

/** Names of fields, of ours and of the protocol's, and no word of the input. */
const assertError = (error: BodyError) => {
  assert.match(JSON.stringify(error), /^[\w{}":,.[\]*]{1,250}$/, 'an error that repeats the input')
}

const assertTurn = (turn: Turn, bytes: number) => {
  // A number may be written ten times as long as it was: 1E20.
  assert.ok(JSON.stringify(turn).length < 40 * bytes + 4096, 'a turn without bound')
  const id = callId(turn)
  const isNamed = turn.session !== undefined && turn.callKey !== undefined
  assert.match(id ?? '', isNamed ? /^[\w-]{43}$/ : /^$/, 'a call with another name than calls have')
  assert.equal(callId(turn), id, 'a call with two names')

  const { json } = writeReply(said, turn)
  assert.ok(Buffer.byteLength(json) <= 65_536, 'a response that Dialogflow does not take')
  assert.equal(typeof JSON.parse(json), 'object', 'a response that is no object')

  const account = channelAccountOf(turn, everyChannel)
  assert.equal(account === undefined, turn.session === undefined, 'somebody who is nobody')
  if (account !== undefined) assertChannelAccount(account, turn.session?.name ?? '')
  return account?.channel ?? 'no channel'
}

/** By one level. Changes at random come across it only after hours. */
const TOO_DEEP = Buffer.from(`{"payload":${'['.repeat(100)}${']'.repeat(100)}}`)

export const bodyTarget = (dialect: Dialect, genuine: readonly object[]): FuzzTarget => ({
  name: `${dialect}-body`,
  promise:
    'a body becomes a turn that can be answered, or an error that repeats none of it; prototypes stay as they are',
  maxLength: 64 * 1024,
  seeds: () => [...genuine.map(body => Buffer.from(JSON.stringify(body))), TOO_DEEP, ...corpusBodies(dialect)],
  mutators: [mutateJson, mutateJson, mutateJson],
  words: ['shared/dialogflow', 'shared/channels'],
  check(input) {
    const body = parseBody(input)
    if (body.ok) {
      assertNoPoison(body.value)
      assert.ok(depthOf(body.value) <= 100, 'a body that is nested without bound')
    }
    const turn = body.ok ? parseTurn(body.value) : body
    if (!turn.ok) assertError(turn.error)
    const outcome = turn.ok
      ? [turn.value.version, turn.value.input?.kind, assertTurn(turn.value, input.length)]
      : [turn.error.code]
    assertUnpolluted()
    return outcome.join(' ')
  },
})
