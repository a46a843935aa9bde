import { byteMutators } from './mutate-bytes.ts'
import { mutateJson } from './mutate-json.ts'
import type { Mutator } from './mutator.ts'

/** Changes what one part of a compact JWS says, and spells it in base64url again. */
export const mutateTokenPart: Mutator = (input, material) => {
  const { random } = material
  const parts = input.toString('latin1').split('.')
  const at = random.below(parts.length)
  const decoded = Buffer.from(parts[at] ?? '', 'base64url')
  const mutator = random.oneIn(3) ? random.pick(byteMutators) : mutateJson
  // What another token can give is a part of it, decoded.
  const other = () => Buffer.from(random.pick(material.other().toString('latin1').split('.')), 'base64url')
  parts[at] = mutator(decoded, { ...material, other }).toString('base64url')
  return Buffer.from(parts.join('.'))
}

/** The parts in another order or number. */
export const mutateTokenShape: Mutator = (input, { random, other }) => {
  const parts = input.toString('latin1').split('.')
  const at = random.below(parts.length)
  const theirs = other().toString('latin1').split('.')
  parts.splice(at, random.below(2), random.pick([...parts, ...theirs]))
  return Buffer.from(parts.join('.'), 'latin1')
}

export const tokenMutators: readonly Mutator[] = [mutateTokenPart, mutateTokenPart, mutateTokenShape]
