import { expect, test } from 'vitest'
import { reply } from '../../../shared/dialogflow/reply.ts'
import { defineIntent, type IntentDefinition } from '../../../shared/intents/define-intent.ts'
import { createRegistry, type Registry } from '../../../shared/intents/registry.ts'
import { describeRegistryProblems } from '../../../shared/intents/registry-problem.ts'
import { cxTurn, esTurn } from './turns.ts'

const handle = () => reply()

const registryOf = (...intents: IntentDefinition[]): Registry => {
  const registry = createRegistry(intents)
  if (!registry.ok) throw new Error(describeRegistryProblems(registry.error))
  return registry.value
}

const welcome = defineIntent({ displayName: 'Default Welcome Intent', handle })
const greet = defineIntent({ action: 'input.welcome', tag: 'welcome', handle })

test('finds an ES intent by its display name before its action', () => {
  const { find } = registryOf(greet, welcome)
  expect(find(esTurn({ intent: 'Default Welcome Intent', action: 'input.welcome' }))).toBe(welcome)
  expect(find(esTurn({ intent: 'Something else', action: 'input.welcome' }))).toBe(greet)
})

test('finds a CX intent by the tag of the fulfillment', () => {
  expect(registryOf(welcome, greet).find(cxTurn('welcome'))).toBe(greet)
})

test.each([
  ['another case', esTurn({ intent: 'default welcome intent' })],
  ['white space', esTurn({ intent: ' Default Welcome Intent' })],
  ['a part', esTurn({ intent: 'Default Welcome' })],
  ['no name at all', esTurn({ intent: '', action: '' })],
  ['a property of every object', esTurn({ intent: '__proto__', action: 'constructor' })],
  ['an action as display name', esTurn({ intent: 'input.welcome' })],
  ['a display name as action', esTurn({ intent: '', action: 'Default Welcome Intent' })],
  ['a tag in ES', esTurn({ intent: 'welcome', action: 'welcome' })],
  ['an action in CX', cxTurn('input.welcome')],
  ['a CX call without a tag', cxTurn('')],
])('compares names exactly: not %s', (_, turn) => {
  expect(registryOf(welcome, greet).find(turn)).toBeUndefined()
})

test('reports every unnamed intent, empty name and duplicate at once', () => {
  const registry = createRegistry([
    welcome,
    defineIntent({ handle }),
    defineIntent({ displayName: ' ', tag: '', handle }),
    defineIntent({ displayName: 'Default Welcome Intent', tag: 'welcome', handle }),
    greet,
  ])
  expect(registry).toEqual({
    ok: false,
    error: [
      { code: 'intent_unnamed', position: 2 },
      { code: 'intent_name_empty', position: 3, kind: 'displayName' },
      { code: 'intent_name_empty', position: 3, kind: 'tag' },
      { code: 'intent_name_duplicate', position: 4, kind: 'displayName', name: 'Default Welcome Intent', first: 1 },
      { code: 'intent_name_duplicate', position: 5, kind: 'tag', name: 'welcome', first: 4 },
    ],
  })
  expect(registry.ok || describeRegistryProblems(registry.error)).toBe(
    [
      'intent 2 of the list has no name: expected at least one of displayName, action, tag',
      'intent 3 of the list has an empty displayName',
      'intent 3 of the list has an empty tag',
      'intent 4 of the list has the displayName "Default Welcome Intent", as intent 1 does',
      'intent 5 of the list has the tag "welcome", as intent 4 does',
    ].join('\n'),
  )
})

test('refuses the same intent listed twice', () => {
  expect(createRegistry([welcome, welcome])).toMatchObject({ error: [{ position: 2, first: 1 }] })
})

test('lets a display name, an action and a tag be the same word', () => {
  const intents = [
    defineIntent({ displayName: 'order', handle }),
    defineIntent({ action: 'order', handle }),
    defineIntent({ tag: 'order', handle }),
  ]
  expect(createRegistry(intents).ok).toBe(true)
})
