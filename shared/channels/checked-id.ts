/** The text, if it has the form; every form bounds the length. */
export const matching = (text: string | undefined, form: RegExp): string | undefined =>
  text !== undefined && form.test(text) ? text : undefined

/** A user's id within what it is unique in; nobody's when either is missing. */
export const within = (space: string | undefined, id: string | undefined): readonly string[] | undefined =>
  space === undefined || id === undefined ? undefined : [space, id]
