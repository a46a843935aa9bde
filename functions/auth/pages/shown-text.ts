import { type Html, html } from './html.ts'

/** Names and masked accounts are short. What is longer was made to push the rest of the page out of sight. */
const MAX_LENGTH = 60

/**
 * A text that comes from a conversation, as it may stand in a page: one short line, isolated from the text around it,
 * without characters that nobody sees, that turn the direction of writing, or that pile up over other lines.
 */
export const shownText = (text: string): Html => {
  const line = text
    .replace(/[\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu, '')
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .replace(/\p{M}{4,}/gu, '')
    .trim()
  const characters = [...line]
  const cut = characters.length > MAX_LENGTH ? `${characters.slice(0, MAX_LENGTH - 1).join('')}…` : line
  return html`<bdi translate="no">${cut}</bdi>`
}
