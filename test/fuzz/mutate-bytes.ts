import type { Mutator } from './mutator.ts'
import type { Random } from './random.ts'

/** Bytes with which formats begin, end, escape or overflow. */
const BYTES = Buffer.from('\0\t\n\r "%&\'+,-./0:;=?A\\_{}\u007f\u00ff', 'latin1')

const replaced = (input: Buffer, start: number, end: number, by: Buffer): Buffer =>
  Buffer.concat([input.subarray(0, start), by, input.subarray(end)])

/** A piece: mostly a short one, sometimes any. */
const piece = (input: Buffer, random: Random): readonly [start: number, end: number] => {
  const start = random.below(input.length + 1)
  const rest = input.length - start
  return [start, start + random.below((random.oneIn(4) ? rest : Math.min(rest, 16)) + 1)]
}

const flipBit: Mutator = (input, { random }) => {
  const changed = Buffer.from(input)
  const at = random.below(changed.length)
  changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8))
  return changed
}

const setByte: Mutator = (input, { random }) => {
  const changed = Buffer.from(input)
  changed[random.below(changed.length)] = random.oneIn(2) ? random.below(256) : random.pick([...BYTES])
  return changed
}

const insertByte: Mutator = (input, { random }) => {
  const at = random.below(input.length + 1)
  return replaced(input, at, at, Buffer.of(random.oneIn(2) ? random.below(256) : random.pick([...BYTES])))
}

const remove: Mutator = (input, { random }) => replaced(input, ...piece(input, random), Buffer.alloc(0))

const insertWord: Mutator = (input, { random, words }) => {
  const [start, end] = piece(input, random)
  return replaced(input, start, random.oneIn(2) ? start : end, Buffer.from(random.pick(words)))
}

/** What costs more than its length shows itself in a run of it. */
const repeat: Mutator = (input, { random }) => {
  const [start, end] = piece(input, random)
  const times = random.oneIn(8) ? 1 + random.below(4096) : 2
  const run = Array<Buffer>(times).fill(input.subarray(start, end))
  return replaced(input, start, end, Buffer.concat(run))
}

const move: Mutator = (input, { random }) => {
  const [start, end] = piece(input, random)
  const rest = replaced(input, start, end, Buffer.alloc(0))
  const at = random.below(rest.length + 1)
  return replaced(rest, at, at, input.subarray(start, end))
}

/** Begins like this one, and ends like another. */
const splice: Mutator = (input, { random, other }) => {
  const end = other()
  return Buffer.concat([input.subarray(0, random.below(input.length + 1)), end.subarray(random.below(end.length + 1))])
}

const insertPiece: Mutator = (input, { random, other }) => {
  const from = other()
  return replaced(input, ...piece(input, random), from.subarray(...piece(from, random)))
}

export const byteMutators: readonly Mutator[] = [
  flipBit,
  setByte,
  insertByte,
  remove,
  insertWord,
  repeat,
  move,
  splice,
  insertPiece,
]
