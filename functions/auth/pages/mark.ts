import { type Html, html } from './html.ts'

/** A speech bubble with a keyhole. */
const drawing = (attributes: Html): Html =>
  html`<svg ${attributes} viewBox="0 0 24 24" fill="none" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"><path d="M4 4h16a1.5 1.5 0 0 1 1.5 1.5v10A1.5 1.5 0 0 1 20 17h-8l-5 4.5V17H4a1.5 1.5 0 0 1-1.5-1.5v-10A1.5 1.5 0 0 1 4 4z"/><circle cx="12" cy="9" r="1.75"/><path d="M12 10.75v2.75"/></svg>`

/** At the head of a page. */
export const MARK = drawing(html`class="mark" stroke="currentColor" aria-hidden="true"`)

/** The icon of the tab, as a URL. In the page itself: browsers would ask for /favicon.ico otherwise, and wake an instance for it. */
export const ICON = `data:image/svg+xml,${encodeURIComponent(`${drawing(html`xmlns="http://www.w3.org/2000/svg" stroke="#0a8270"`)}`)}`
