import { randomInt } from 'node:crypto'

/** RFC 8628 §6.1: consonants alone make no words, in no language of ours, and 0 and O or 1 and I are not among them. */
const LETTERS = 'BCDFGHJKLMNPQRSTVWXZ'
const HALF = 3

const CODE = new RegExp(`^([${LETTERS}]{${HALF}})[- ]?([${LETTERS}]{${HALF}})$`, 'i')

/** 64 million codes, of which three may be tried: `BCD-FGH`. */
export const createSignInCode = (): string => {
  const letters = Array.from({ length: 2 * HALF }, () => LETTERS[randomInt(LETTERS.length)])
  return `${letters.slice(0, HALF).join('')}-${letters.slice(HALF).join('')}`
}

/**
 * The code that a message consists of, as {@link createSignInCode} writes it. However people type it: lower case, a
 * space for the hyphen or nothing. A message that holds anything else is no code.
 */
export const readSignInCode = (message: string): string | undefined => {
  const [, first, second] = CODE.exec(message.trim()) ?? []
  return first !== undefined && second !== undefined ? `${first}-${second}`.toUpperCase() : undefined
}
