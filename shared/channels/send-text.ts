const ELLIPSIS = '…'

/** At most so many UTF-16 code units: a longer text ends in an ellipsis, and no character is cut in two. */
export const shortened = (text: string, maxLength: number): string => {
  if (text.length <= maxLength) return text
  const kept = text.slice(0, maxLength - ELLIPSIS.length).replace(/[\uD800-\uDBFF]$/, '')
  return `${kept.trimEnd()}${ELLIPSIS}`
}

/** A text and, on a line of its own, a link. The link stays whole: where both do not fit, the text is shortened. */
export const withLink = (text: string, link: string | undefined, maxLength: number): string =>
  link === undefined ? shortened(text, maxLength) : `${shortened(text, maxLength - link.length - 1)}\n${link}`
