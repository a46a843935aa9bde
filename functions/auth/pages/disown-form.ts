import { type Html, html } from './html.ts'

/** @param id of the link, or of the page with the code */
export const disownForm = (id: string, label: string): Html =>
  html`<form method="post" action="/link/${id}/disown"><button class="refuse" aria-describedby="is-it-you">${label}</button></form>`
