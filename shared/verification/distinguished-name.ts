/** What RFC 4514 §2.4 has printed with a backslash. Control characters are printed in hex and stay so: `\0A`. */
const ESCAPED = /\\([ #,+"\\<>;])/g

/**
 * The values of one attribute in a name as `crypto.X509Certificate` prints it: an attribute a line, in the order of
 * the certificate; those of a multi-valued one (RFC 4514 §2.2) on one line, joined by ` + `. A line break or a `+`
 * inside a value is printed escaped, so neither can feign another attribute.
 *
 * @param attribute its short name, such as `CN` or `O`
 */
export const attributeValues = (name: string, attribute: string): readonly string[] => {
  const prefix = `${attribute}=`
  return name
    .split(/\n| \+ /)
    .filter(line => line.startsWith(prefix))
    .map(line => line.slice(prefix.length).replace(ESCAPED, '$1'))
}

/** What a name has to say in one attribute, which has to be there exactly once. */
export type NameMatcher = { readonly attribute: string } & (
  | { readonly equals: readonly string[] }
  | { readonly startsWith: string }
)

export const matchesName = (name: string, matcher: NameMatcher): boolean => {
  const [value, ...others] = attributeValues(name, matcher.attribute)
  if (value === undefined || others.length > 0) return false
  return 'equals' in matcher ? matcher.equals.includes(value) : value.startsWith(matcher.startsWith)
}

/** The matcher in words, for the operator. */
export const describeMatcher = (matcher: NameMatcher): readonly string[] =>
  'equals' in matcher
    ? matcher.equals.map(value => `${matcher.attribute}=${value}`)
    : [`${matcher.attribute}=${matcher.startsWith}…`]
