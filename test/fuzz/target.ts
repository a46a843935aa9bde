import type { Mutator } from './mutator.ts'

/**
 * A piece of the code that reads what strangers write, and what it promises of any input at all. A new one is a file in
 * `targets/` and a line in its list.
 */
export type FuzzTarget = {
  readonly name: string
  /** For people: what is never broken. */
  readonly promise: string
  /** In bytes: a little more than what the code accepts, so that its bound is tried too. */
  readonly maxLength: number
  /** Genuine inputs, from which the others are made. */
  readonly seeds: () => readonly Buffer[]
  /** Ways to change an input that know its form. Those of bytes are always among them. */
  readonly mutators: readonly Mutator[]
  /** Files and folders, from the root of the repository, whose string literals are put into inputs. */
  readonly words: readonly string[]
  /**
   * Gives the input to the code.
   *
   * @returns what became of it: one of few words, since an input that gives a new one is kept
   * @throws whatever it throws is a broken promise
   */
  readonly check: (input: Buffer) => string | Promise<string>
}
