/** A kind of record: its name, and the top-level properties of its values by which they can be found. Made by {@link collection}. */
export type Collection<Field extends string = string> = {
  readonly name: string
  readonly indexed: readonly Field[]
}

const identifier = /^[a-z][A-Za-z]{0,39}$/

/**
 * Declares a collection, once, beside the code that owns it: `collection('accounts', 'userId')`.
 * Names become SQL identifiers and Firestore collection ids: letters only.
 */
export const collection = <const Field extends string = never>(
  name: string,
  ...indexed: readonly Field[]
): Collection<Field> => {
  for (const word of [name, ...indexed]) {
    if (!identifier.test(word)) throw new TypeError(`not a name for a collection or a field: ${JSON.stringify(word)}`)
  }
  return { name, indexed }
}
