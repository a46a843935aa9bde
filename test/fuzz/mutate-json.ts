import type { JsonValue } from '../../shared/runtime/json.ts'
import type { Material, Mutator } from './mutator.ts'

/** What a reader may take for something else. */
const VALUES: readonly JsonValue[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e300,
  2 ** 53,
  '',
  ' ',
  '0',
  '\u0000',
  '\ud800',
  '\u2028',
  '../../x',
  '<b>"&\'',
  '__proto__',
  [],
  [[]],
  [null],
  {},
]

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'length', '0', '']

const children = (value: JsonValue): readonly JsonValue[] =>
  typeof value === 'object' && value !== null ? Object.values<JsonValue>(value) : []

const count = (value: JsonValue): number => children(value).reduce<number>((sum, child) => sum + count(child), 1)

/** The `at`-th value within, counted as they are written. */
const valueAt = (value: JsonValue, at: number): JsonValue => {
  let left = at - 1
  for (const child of children(value)) {
    const size = count(child)
    if (left < size) return left < 0 ? value : valueAt(child, left)
    left -= size
  }
  return value
}

/** The same with its `at`-th value changed. `fromEntries` makes an own property of any name, `__proto__` among them. */
const withChange = (value: JsonValue, at: number, change: (old: JsonValue) => JsonValue): JsonValue => {
  if (at === 0) return change(value)
  let left = at - 1
  const into = (child: JsonValue): JsonValue => {
    const size = count(child)
    const changed = left >= 0 && left < size ? withChange(child, left, change) : child
    left -= size
    return changed
  }
  if (Array.isArray(value)) return value.map(into)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries<JsonValue>(value).map(([name, child]) => [name, into(child)]))
}

const parse = (input: Buffer): JsonValue | undefined => {
  try {
    return JSON.parse(input.toString())
  } catch {
    return undefined
  }
}

const newValue = ({ random, words, other }: Material): JsonValue => {
  switch (random.below(4)) {
    case 0:
      return random.pick(words)
    case 1:
      return 'x'.repeat(random.below(5000))
    case 2: {
      const donor = parse(other()) ?? null
      return valueAt(donor, random.below(count(donor)))
    }
    default:
      return random.pick(VALUES)
  }
}

/** A text with something before, in or behind it, or without its end. */
const changedText = (old: string, { random, words }: Material): string => {
  const at = random.pick([0, old.length, random.below(old.length + 1)])
  const added = random.pick(['', ' ', '\n', 'x', '0', '/', '.', '@', random.pick(words)])
  return old.slice(0, at) + added + (added === '' ? '' : old.slice(at))
}

/** Changes one value, what it is called, or what stands beside it. */
const changed = (old: JsonValue, material: Material): JsonValue => {
  const { random, words } = material
  if (typeof old === 'string' && random.oneIn(2)) return changedText(old, material)
  if (typeof old !== 'object' || old === null || random.oneIn(4)) {
    return random.oneIn(8) ? [old] : newValue(material)
  }
  const entries = Object.entries<JsonValue>(old)
  const at = random.below(entries.length)
  const [name = '', value = null] = entries[at] ?? []
  switch (random.below(4)) {
    case 0:
      entries.splice(at, 1)
      break
    case 1:
      entries.splice(at, 1, [random.oneIn(2) ? random.pick(words) : random.pick(NAMES), value])
      break
    case 2:
      entries.push([random.oneIn(2) ? random.pick(words) : random.pick(NAMES), newValue(material)])
      break
    default:
      entries.push([`${name}2`, value])
  }
  return Array.isArray(old) ? entries.map(([, item]) => item) : Object.fromEntries(entries)
}

/** Changes JSON so that it stays JSON. */
export const mutateJson: Mutator = (input, material) => {
  const value = parse(input)
  if (value === undefined) return input
  // Oftener at the top, where most of what decides stands.
  const at = material.random.oneIn(3) ? 0 : material.random.below(count(value))
  return Buffer.from(JSON.stringify(withChange(value, at, old => changed(old, material))))
}
